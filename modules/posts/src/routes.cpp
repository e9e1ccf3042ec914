#include "routes.hpp"

#include "rules.hpp"

namespace cleave::posts {

namespace {

// Room for the escapes of a body at its limit.
constexpr std::size_t article_body_bytes_max = body_bytes_max + 64 * 1024;
constexpr std::int64_t page_size_default = 20;

struct public_profile {
    std::string username{};
    std::optional<std::string> bio{};
    std::optional<std::string> image{};
    bool following = false;
};
BOOST_DESCRIBE_STRUCT(public_profile, (), (username, bio, image, following))

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
    public_profile author{};
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
    public_profile author{};
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

struct new_article_fields {
    std::optional<std::string> title{};
    std::optional<std::string> description{};
    std::optional<std::string> body{};
    std::optional<std::vector<std::string>> tag_list{};
};
BOOST_DESCRIBE_STRUCT(new_article_fields, (), (title, description, body, tag_list))
struct new_article_body {
    new_article_fields article{};
};
BOOST_DESCRIBE_STRUCT(new_article_body, (), (article))

public_profile to_public(author a) {
    return {std::move(a.username), std::move(a.bio), std::move(a.image), false};
}

article_body to_public(article a) {
    return {{std::move(a.slug), std::move(a.title), std::move(a.description),
             std::move(a.body).value_or(""), std::move(a.tag_list), a.created_at, a.updated_at,
             false, a.favorites_count, to_public(std::move(a.author))}};
}

list_item to_item(article a) {
    return {std::move(a.slug),
            std::move(a.title),
            std::move(a.description),
            std::move(a.tag_list),
            a.created_at,
            a.updated_at,
            false,
            a.favorites_count,
            to_public(std::move(a.author))};
}

}  // namespace

async<http::response> routes::publish(http::request& r) {
    auto body = http::body_as<new_article_body>(r);
    if (!body) co_return http::problem_response(body.error());
    auto& given = body->article;
    create_request wanted{std::move(given.title).value_or(""),
                          std::move(given.description).value_or(""),
                          std::move(given.body).value_or(""),
                          std::move(given.tag_list).value_or(std::vector<std::string>())};
    auto made = co_await posts_.create(r.as_command(), std::move(wanted));
    if (!made) co_return http::problem_response(made.error());
    co_return http::json_response(201, to_public(std::move(*made)));
}

async<http::response> routes::read_one(http::request& r) {
    get_request wanted{r.param("slug")};
    auto found = co_await posts_.get(r.as_query(), std::move(wanted));
    if (!found) co_return http::problem_response(found.error());
    views_.count(found->id, r.client);
    co_return http::json_response(200, to_public(std::move(*found)));
}

async<http::response> routes::read_page(http::request& r) {
    const list_request wanted{r.query_int("limit", page_size_default, 1, page_size_max),
                              r.query_int("offset", 0, 0, INT64_MAX)};
    auto found = co_await posts_.list(r.as_query(), wanted);
    if (!found) co_return http::problem_response(found.error());
    page_body body;
    body.articles_count = found->total;
    body.articles.reserve(found->articles.size());
    for (auto& a : found->articles) body.articles.push_back(to_item(std::move(a)));
    co_return http::json_response(200, body);
}

http::route_list routes::list() {
    using http::policy, http::verb;
    return {
        {.method = verb::get,
         .path = "/api/articles",
         .access = policy::optional_user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return read_page(r); }},
        {.method = verb::post,
         .path = "/api/articles",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = article_body_bytes_max,
         .handler = [this](http::request& r) { return publish(r); }},
        {.method = verb::get,
         .path = "/api/articles/{slug}",
         .access = policy::optional_user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return read_one(r); }},
    };
}

}  // namespace cleave::posts
