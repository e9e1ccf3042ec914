#include "routes.hpp"

#include "rules.hpp"

namespace cleave::stats {

namespace {

struct blog_body {
    blog_stats stats{};
};
BOOST_DESCRIBE_STRUCT(blog_body, (), (stats))

struct article_body {
    article_stats stats{};
};
BOOST_DESCRIBE_STRUCT(article_body, (), (stats))

}  // namespace

async<http::response> routes::read_blog(http::request& r) {
    auto found = co_await stats_.figures(r.as_query(), nothing());
    if (!found) co_return http::problem_response(found.error());
    const blog_body body{std::move(*found)};
    co_return http::json_response(200, body);
}

async<http::response> routes::read_top(http::request& r) {
    const top_request defaults;
    const top_request wanted{r.query_int("days", defaults.days, 1, days_kept),
                             r.query_int("limit", defaults.limit, 1, top_max)};
    const auto found = co_await stats_.top(r.as_query(), wanted);
    if (!found) co_return http::problem_response(found.error());
    co_return http::json_response(200, *found);
}

async<http::response> routes::read_article(http::request& r) {
    posts::get_request wanted{r.param("slug")};
    const auto article = co_await posts_.find(r.as_query(), std::move(wanted));
    if (!article) co_return http::problem_response(article.error());
    if (const auto fine = check_reader(r.context.caller, *article); !fine)
        co_return http::problem_response(fine.error());
    const article_request figures{article->id};
    auto found = co_await stats_.figures_of(r.as_query(), figures);
    if (!found) co_return http::problem_response(found.error());
    const article_body body{std::move(*found)};
    co_return http::json_response(200, body);
}

http::route_list routes::list() {
    using http::policy, http::verb;
    return {
        {.method = verb::get,
         .path = "/api/stats",
         .access = policy::anyone,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return read_blog(r); }},
        {.method = verb::get,
         .path = "/api/stats/top",
         .access = policy::anyone,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return read_top(r); }},
        {.method = verb::get,
         .path = "/api/stats/articles/{slug}",
         .access = policy::user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return read_article(r); }},
    };
}

}  // namespace cleave::stats
