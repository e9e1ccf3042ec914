#pragma once
// The posts module as the other modules see it. This file is its whole contract.
#include <contract/method.hpp>
#include <vector>

namespace cleave::posts {

struct author {
    std::int64_t id = 0;
    std::string username{};
    std::optional<std::string> bio{};
    std::optional<std::string> image{};
    bool following = false;  // by the caller; false while users cannot be asked
};
BOOST_DESCRIBE_STRUCT(author, (), (id, username, bio, image, following))

struct article {
    std::int64_t id = 0;
    std::string slug{};
    std::string title{};
    std::string description{};
    std::optional<std::string> body{};  // Not there in lists.
    std::vector<std::string> tag_list{};
    timestamp created_at{};
    timestamp updated_at{};
    bool favorited = false;  // by the caller
    std::int64_t favorites_count = 0;
    posts::author author{};
};
BOOST_DESCRIBE_STRUCT(article, (),
                      (id, slug, title, description, body, tag_list, created_at, updated_at,
                       favorited, favorites_count, author))

// The author is the caller.
struct create_request {
    std::string title{};
    std::string description{};
    std::string body{};
    std::vector<std::string> tag_list{};
};
BOOST_DESCRIBE_STRUCT(create_request, (), (title, description, body, tag_list))

// What is not there stays as it is; tags that are there replace the old ones.
struct change_request {
    std::string slug{};
    std::optional<std::string> title{};
    std::optional<std::string> description{};
    std::optional<std::string> body{};
    std::optional<std::vector<std::string>> tag_list{};
};
BOOST_DESCRIBE_STRUCT(change_request, (), (slug, title, description, body, tag_list))

// A slug that the article has or had.
struct get_request {
    std::string slug{};
};
BOOST_DESCRIBE_STRUCT(get_request, (), (slug))

// Articles that meet everything which is given.
struct list_request {
    std::int64_t limit = 20;  // clamped to 1 … 100
    std::int64_t offset = 0;
    std::optional<std::string> tag{};
    std::optional<std::string> author{};     // a username; nobody's is an empty list
    std::optional<std::string> favorited{};  // the same: whose favourites
    std::optional<std::string> search{};     // words, all of which must be there; blank: any
};
BOOST_DESCRIBE_STRUCT(list_request, (), (limit, offset, tag, author, favorited, search))

struct feed_request {
    std::int64_t limit = 20;  // clamped to 1 … 100
    std::int64_t offset = 0;
};
BOOST_DESCRIBE_STRUCT(feed_request, (), (limit, offset))

struct page {
    std::vector<article> articles{};
    std::int64_t total = 0;
};
BOOST_DESCRIBE_STRUCT(page, (), (articles, total))

struct tag_list {
    std::vector<std::string> tags{};
};
BOOST_DESCRIBE_STRUCT(tag_list, (), (tags))

// What other modules need to know of an article to write about it.
struct article_ref {
    std::int64_t id = 0;
    std::string slug{};
    std::string title{};
    std::int64_t author_id = 0;
    bool operator==(const article_ref&) const = default;
};
BOOST_DESCRIBE_STRUCT(article_ref, (), (id, slug, title, author_id))

// Event: a new article. Its key is the article's id.
struct article_published {
    static constexpr const char* kind = "article_published";
    article_ref article{};
};
BOOST_DESCRIBE_STRUCT(article_published, (), (article))

// Event: title, slug or text of an article are others now. Its key is the article's id.
struct article_changed {
    static constexpr const char* kind = "article_changed";
    article_ref article{};
};
BOOST_DESCRIBE_STRUCT(article_changed, (), (article))

// Event: an article is gone, for good. Its key is the article's id.
struct article_deleted {
    static constexpr const char* kind = "article_deleted";
    article_ref article{};
};
BOOST_DESCRIBE_STRUCT(article_deleted, (), (article))

// Event: an article became a favourite of somebody's. Its key is the article's id.
struct article_favorited {
    static constexpr const char* kind = "article_favorited";
    article_ref article{};
    std::int64_t user_id = 0;
};
BOOST_DESCRIBE_STRUCT(article_favorited, (), (article, user_id))

// Event: it no longer is. Its key is the article's id.
struct article_unfavorited {
    static constexpr const char* kind = "article_unfavorited";
    article_ref article{};
    std::int64_t user_id = 0;
};
BOOST_DESCRIBE_STRUCT(article_unfavorited, (), (article, user_id))

// How often one visitor looked at one article. A visitor is a number that is theirs for a day and
// leads back to nobody; none where there were too many to tell apart.
struct article_views {
    std::int64_t article_id = 0;
    std::int64_t views = 0;
    std::optional<std::int64_t> visitor{};
    std::optional<std::string> referrer_host{};  // "example.com": where they came from, if they say
};
BOOST_DESCRIBE_STRUCT(article_views, (), (article_id, views, visitor, referrer_host))

// Event: the views of about a second, without those of crawlers. Its key is 0.
struct views_counted {
    static constexpr const char* kind = "views_counted";
    static constexpr bool passing = true;  // once counted it says nothing more
    std::vector<article_views> counts{};
};
BOOST_DESCRIBE_STRUCT(views_counted, (), (counts))

// What a replica has counted, for the owner to publish; and what visitors' numbers are made with
// today, so that a reader has the same one at each instance.
struct counted_views {
    std::vector<article_views> counts{};
};
BOOST_DESCRIBE_STRUCT(counted_views, (), (counts))
struct visitor_key {
    std::int64_t day = 0;  // since 1970
    std::string salt{};    // 64 hex digits
};
BOOST_DESCRIBE_STRUCT(visitor_key, (), (day, salt))

inline constexpr std::size_t tags_listed_max = 1000;

class api {
public:
    static constexpr const char* module_name = "posts";
    virtual ~api() = default;

    // Fails with unauthenticated (nobody calls), forbidden (`role`: a reader does) or
    // invalid_argument (blank, too long).
    virtual task<article> create(command_context, create_request) = 0;

    // By its author or a moderator. A new title makes a new slug. Fails with unauthenticated,
    // forbidden (`article`), not_found or invalid_argument.
    virtual task<article> change(command_context, change_request) = 0;

    // By its author or a moderator. Fails with unauthenticated, forbidden or not_found.
    virtual task<nothing> remove(command_context, get_request) = 0;

    // A favourite of the caller's from now on, or no longer; nothing happens where it is so
    // already. Fail with unauthenticated or not_found.
    virtual task<article> favorite(command_context, get_request) = 0;
    virtual task<article> unfavorite(command_context, get_request) = 0;

    // Fails with not_found.
    virtual task<article> get(query_context, get_request) = 0;

    // Newest first, or best first where words are looked for. Fails with not_executed where too
    // many are looking for words already.
    virtual task<page> list(query_context, list_request) = 0;

    // Of the authors whom the caller follows, newest first. Fails with unauthenticated, or as
    // users fails, which knows them.
    virtual task<page> feed(query_context, feed_request) = 0;

    // Those in use, the most used first; at most tags_listed_max.
    virtual task<tag_list> tags(query_context, nothing) = 0;

    // Fails with not_found.
    virtual task<article_ref> find(query_context, get_request) = 0;

    // For replicas of this module alone.
    virtual task<visitor_key> count_views(command_context, counted_views) = 0;
};
BOOST_DESCRIBE_STRUCT(api, (),
                      (create, change, remove, favorite, unfavorite, get, list, feed, tags, find,
                       count_views))

}  // namespace cleave::posts
