#include "routes.hpp"

#include "rules.hpp"

namespace cleave::stats {

namespace {

struct stats_body {
    article_stats stats{};
};
BOOST_DESCRIBE_STRUCT(stats_body, (), (stats))

}  // namespace

async<http::response> routes::read_article(http::request& r) {
    posts::get_request wanted{r.param("slug")};
    const auto article = co_await posts_.find(r.as_query(), std::move(wanted));
    if (!article) co_return http::problem_response(article.error());
    if (const auto fine = check_reader(r.context.caller, *article); !fine)
        co_return http::problem_response(fine.error());
    const views_request figures{article->id};
    const auto found = co_await stats_.views_of(r.as_query(), figures);
    if (!found) co_return http::problem_response(found.error());
    const stats_body body{*found};
    co_return http::json_response(200, body);
}

http::route_list routes::list() {
    using http::policy, http::verb;
    return {
        {.method = verb::get,
         .path = "/api/stats/articles/{slug}",
         .access = policy::user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return read_article(r); }},
    };
}

}  // namespace cleave::stats
