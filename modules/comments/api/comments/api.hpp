#pragma once
// The comments module as the other modules see it. This file is its whole contract.
#include <contract/method.hpp>
#include <vector>

namespace cleave::comments {

struct author {
    std::int64_t id = 0;
    std::string username{};
    std::optional<std::string> bio{};
    std::optional<std::string> image{};
    bool following = false;  // by the caller; false while users cannot be asked
};
BOOST_DESCRIBE_STRUCT(author, (), (id, username, bio, image, following))

struct comment {
    std::int64_t id = 0;
    std::string body{};
    timestamp created_at{};
    timestamp updated_at{};
    comments::author author{};
};
BOOST_DESCRIBE_STRUCT(comment, (), (id, body, created_at, updated_at, author))

// The author is the caller.
struct create_request {
    std::string slug{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(create_request, (), (slug, body))

struct change_request {
    std::string slug{};
    std::int64_t id = 0;
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(change_request, (), (slug, id, body))

struct remove_request {
    std::string slug{};
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(remove_request, (), (slug, id))

struct list_request {
    std::string slug{};
    std::optional<std::int64_t> limit{};  // all of them without one
};
BOOST_DESCRIBE_STRUCT(list_request, (), (slug, limit))

struct comment_list {
    std::vector<comment> comments{};
};
BOOST_DESCRIBE_STRUCT(comment_list, (), (comments))

// The article that a comment is on, as it was when the comment was written.
struct commented_article {
    std::int64_t id = 0;
    std::string slug{};
    std::string title{};
    std::int64_t author_id = 0;
    bool operator==(const commented_article&) const = default;
};
BOOST_DESCRIBE_STRUCT(commented_article, (), (id, slug, title, author_id))

// Event: a new comment. Its key is the article's id.
struct comment_written {
    static constexpr const char* kind = "comment_written";
    std::int64_t comment_id = 0;
    commented_article article{};
    std::int64_t author_id = 0;
    std::string author_username{};
    std::vector<std::int64_t> mentioned_ids{};  // of the accounts that it names with @, each once
};
BOOST_DESCRIBE_STRUCT(comment_written, (),
                      (comment_id, article, author_id, author_username, mentioned_ids))

// Event: a comment is gone, by itself or with its article. Its key is the article's id.
struct comment_deleted {
    static constexpr const char* kind = "comment_deleted";
    std::int64_t comment_id = 0;
    std::int64_t article_id = 0;
};
BOOST_DESCRIBE_STRUCT(comment_deleted, (), (comment_id, article_id))

class api {
public:
    static constexpr const char* module_name = "comments";
    virtual ~api() = default;

    // Fails with unauthenticated (nobody calls), invalid_argument (blank, too long) or not_found
    // (the article).
    virtual task<comment> create(command_context, create_request) = 0;

    // By its author or a moderator. Fails with unauthenticated, forbidden (`comment`),
    // invalid_argument or not_found (`article`; `comment`, also where it is on another article).
    virtual task<comment> change(command_context, change_request) = 0;

    // The same.
    virtual task<nothing> remove(command_context, remove_request) = 0;

    // Oldest first. Fails with not_found (the article).
    virtual task<comment_list> list(query_context, list_request) = 0;
};
BOOST_DESCRIBE_STRUCT(api, (), (create, change, remove, list))

}  // namespace cleave::comments
