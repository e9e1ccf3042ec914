#pragma once
// Articles as the public API shows them.
#include <contract/codec.hpp>
#include <posts/api.hpp>
#include <users/api.hpp>

namespace cleave::posts {

// In lists an article has no body at all, so there are two of them.
struct list_item {
    std::string slug{};
    std::string title{};
    std::string description{};
    std::vector<std::string> tag_list{};
    timestamp created_at{};
    timestamp updated_at{};
    bool favorited = false;
    std::int64_t favorites_count = 0;
    users::public_profile author{};
};
BOOST_DESCRIBE_STRUCT(list_item, (),
                      (slug, title, description, tag_list, created_at, updated_at, favorited,
                       favorites_count, author))

struct public_article {
    std::string slug{};
    std::string title{};
    std::string description{};
    std::string body{};
    std::vector<std::string> tag_list{};
    timestamp created_at{};
    timestamp updated_at{};
    bool favorited = false;
    std::int64_t favorites_count = 0;
    users::public_profile author{};
};
BOOST_DESCRIBE_STRUCT(public_article, (),
                      (slug, title, description, body, tag_list, created_at, updated_at, favorited,
                       favorites_count, author))

struct article_body {
    public_article article{};
};
BOOST_DESCRIBE_STRUCT(article_body, (), (article))

struct page_body {
    std::vector<list_item> articles{};
    std::int64_t articles_count = 0;
};
BOOST_DESCRIBE_STRUCT(page_body, (), (articles, articles_count))

struct tags_body {
    std::vector<std::string> tags{};
};
BOOST_DESCRIBE_STRUCT(tags_body, (), (tags))

inline users::public_profile to_public(author a) {
    return {std::move(a.username), std::move(a.bio), std::move(a.image), a.following};
}

inline article_body to_public(article a) {
    return {{std::move(a.slug), std::move(a.title), std::move(a.description),
             std::move(a.body).value_or(""), std::move(a.tag_list), a.created_at, a.updated_at,
             a.favorited, a.favorites_count, to_public(std::move(a.author))}};
}

inline list_item to_item(article a) {
    return {std::move(a.slug),     std::move(a.title), std::move(a.description),
            std::move(a.tag_list), a.created_at,       a.updated_at,
            a.favorited,           a.favorites_count,  to_public(std::move(a.author))};
}

}  // namespace cleave::posts
