#pragma once
// The public HTTP routes of the stats module.
#include <http/routing/route.hpp>
#include <posts/api.hpp>
#include <stats/api.hpp>

namespace cleave::stats {

class routes {
public:
    routes(api& stats, posts::api& posts) : stats_(stats), posts_(posts) {}

    http::route_list list();

private:
    async<http::response> read_blog(http::request& r);
    async<http::response> read_top(http::request& r);
    async<http::response> read_article(http::request& r);

    api& stats_;
    posts::api& posts_;
};

}  // namespace cleave::stats
