#include "routes.hpp"

#include "public_types.hpp"
#include "rules.hpp"

namespace cleave::posts {

namespace {

// Room for the escapes of a body at its limit.
constexpr std::size_t article_body_bytes_max = body_bytes_max + 64 * 1024;
// Nothing is said in it, but front ends send {}.
constexpr std::size_t idle_body_bytes_max = 4 * 1024;
constexpr std::int64_t page_size_default = 20;

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

// What is not there stays; null is there, and is no title.
struct changed_fields {
    std::optional<std::optional<std::string>> title{};
    std::optional<std::optional<std::string>> description{};
    std::optional<std::optional<std::string>> body{};
    std::optional<std::optional<std::vector<std::string>>> tag_list{};
};
BOOST_DESCRIBE_STRUCT(changed_fields, (), (title, description, body, tag_list))
struct changed_body {
    changed_fields article{};
};
BOOST_DESCRIBE_STRUCT(changed_body, (), (article))

std::optional<std::string> text_or_blank(std::optional<std::optional<std::string>> given) {
    if (!given) return std::nullopt;
    return std::move(*given).value_or("");
}

template <class T>
http::response answer(unsigned status, result<T> outcome) {
    if (!outcome) return http::problem_response(outcome.error());
    return http::json_response(status, to_public(std::move(*outcome)));
}

http::response answer_page(result<page> found) {
    if (!found) return http::problem_response(found.error());
    page_body body;
    body.articles_count = found->total;
    body.articles.reserve(found->articles.size());
    for (auto& a : found->articles) body.articles.push_back(to_item(std::move(a)));
    return http::json_response(200, body);
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
    list_request wanted;
    wanted.limit = r.query_int("limit", page_size_default, 1, page_size_max);
    wanted.offset = r.query_int("offset", 0, 0, INT64_MAX);
    if (!r.query.empty()) {
        wanted.tag = r.query_param("tag");
        wanted.author = r.query_param("author");
        wanted.favorited = r.query_param("favorited");
        wanted.search = r.query_param("search");
    }
    co_return answer_page(co_await posts_.list(r.as_query(), std::move(wanted)));
}

async<http::response> routes::read_feed(http::request& r) {
    const feed_request wanted{r.query_int("limit", page_size_default, 1, page_size_max),
                              r.query_int("offset", 0, 0, INT64_MAX)};
    co_return answer_page(co_await posts_.feed(r.as_query(), wanted));
}

async<http::response> routes::read_tags(http::request& r) {
    const nothing all;
    auto found = co_await posts_.tags(r.as_query(), all);
    if (!found) co_return http::problem_response(found.error());
    const tags_body body{std::move(found->tags)};
    co_return http::json_response(200, body);
}

async<http::response> routes::change(http::request& r) {
    auto body = http::body_as<changed_body>(r);
    if (!body) co_return http::problem_response(body.error());
    auto& given = body->article;
    if (given.tag_list && !*given.tag_list) {
        const problem no_list{errc::invalid_argument, "tagList", "must be an array",
                              "/article/tagList"};
        co_return http::problem_response(no_list);
    }
    change_request wanted;
    wanted.slug = r.param("slug");
    wanted.title = text_or_blank(std::move(given.title));
    wanted.description = text_or_blank(std::move(given.description));
    wanted.body = text_or_blank(std::move(given.body));
    if (given.tag_list) wanted.tag_list = std::move(*given.tag_list);
    co_return answer(200, co_await posts_.change(r.as_command(), std::move(wanted)));
}

async<http::response> routes::remove(http::request& r) {
    get_request wanted{r.param("slug")};
    const auto gone = co_await posts_.remove(r.as_command(), std::move(wanted));
    if (!gone) co_return http::problem_response(gone.error());
    co_return http::response{.status = 204, .content_type = {}};
}

async<http::response> routes::favorite(http::request& r) {
    get_request wanted{r.param("slug")};
    co_return answer(200, co_await posts_.favorite(r.as_command(), std::move(wanted)));
}

async<http::response> routes::unfavorite(http::request& r) {
    get_request wanted{r.param("slug")};
    co_return answer(200, co_await posts_.unfavorite(r.as_command(), std::move(wanted)));
}

http::route_list routes::list() {
    using http::policy, http::verb;
    const auto run = [this](async<http::response> (routes::*handler)(http::request&)) {
        return [this, handler](http::request& r) { return (this->*handler)(r); };
    };
    return {
        {.method = verb::get,
         .path = "/api/articles",
         .access = policy::optional_user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = run(&routes::read_page)},
        {.method = verb::post,
         .path = "/api/articles",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = article_body_bytes_max,
         .handler = run(&routes::publish),
         .least = role::author},
        {.method = verb::get,
         .path = "/api/articles/feed",
         .access = policy::user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = run(&routes::read_feed)},
        {.method = verb::get,
         .path = "/api/articles/{slug}",
         .access = policy::optional_user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = run(&routes::read_one)},
        {.method = verb::put,
         .path = "/api/articles/{slug}",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = article_body_bytes_max,
         .handler = run(&routes::change)},
        {.method = verb::del,
         .path = "/api/articles/{slug}",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = idle_body_bytes_max,
         .handler = run(&routes::remove)},
        {.method = verb::post,
         .path = "/api/articles/{slug}/favorite",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = idle_body_bytes_max,
         .handler = run(&routes::favorite)},
        {.method = verb::del,
         .path = "/api/articles/{slug}/favorite",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = idle_body_bytes_max,
         .handler = run(&routes::unfavorite)},
        {.method = verb::get,
         .path = "/api/tags",
         .access = policy::anyone,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = run(&routes::read_tags)},
    };
}

}  // namespace cleave::posts
