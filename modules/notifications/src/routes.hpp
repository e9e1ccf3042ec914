#pragma once
// The public HTTP routes of the notifications module.
#include <http/routing/route.hpp>
#include <notifications/api.hpp>

namespace cleave::notifications {

class routes {
public:
    explicit routes(api& notifications) : notifications_(notifications) {}

    http::route_list list();

private:
    async<http::response> read_page(http::request& r);

    api& notifications_;
};

}  // namespace cleave::notifications
