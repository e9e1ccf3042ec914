#pragma once
// The public HTTP routes of the posts module.
#include <http/routing/route.hpp>
#include <posts/api.hpp>

#include "views.hpp"

namespace cleave::posts {

class routes {
public:
    routes(api& posts, view_counter& views) : posts_(posts), views_(views) {}

    http::route_list list();

private:
    async<http::response> publish(http::request& r);
    async<http::response> read_one(http::request& r);
    async<http::response> read_page(http::request& r);
    async<http::response> read_feed(http::request& r);
    async<http::response> read_tags(http::request& r);
    async<http::response> change(http::request& r);
    async<http::response> remove(http::request& r);
    async<http::response> favorite(http::request& r);
    async<http::response> unfavorite(http::request& r);

    api& posts_;
    view_counter& views_;
};

}  // namespace cleave::posts
