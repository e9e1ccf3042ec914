#pragma once
// The public HTTP routes of the notifications module.
#include <http/routing/route.hpp>
#include <notifications/api.hpp>

#include "streams.hpp"

namespace cleave::notifications {

class routes {
public:
    routes(api& notifications, streams& live) : notifications_(notifications), streams_(live) {}

    http::route_list list();

private:
    async<http::response> read_page(http::request& r);
    async<http::response> mark_read(http::request& r);
    async<http::response> mark_all_read(http::request& r);
    async<http::response> read_preferences(http::request& r);
    async<http::response> change_preferences(http::request& r);
    async<http::response> read_webhook(http::request& r);
    async<http::response> set_webhook(http::request& r);
    async<http::response> remove_webhook(http::request& r);

    api& notifications_;
    streams& streams_;
};

}  // namespace cleave::notifications
