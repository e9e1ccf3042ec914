#pragma once
// The public HTTP routes of the comments module.
#include <comments/api.hpp>
#include <http/routing/route.hpp>

namespace cleave::comments {

class routes {
public:
    explicit routes(api& comments) : comments_(comments) {}

    http::route_list list();

private:
    async<http::response> write(http::request& r);
    async<http::response> change(http::request& r);
    async<http::response> remove(http::request& r);
    async<http::response> read_all(http::request& r);

    api& comments_;
};

}  // namespace cleave::comments
