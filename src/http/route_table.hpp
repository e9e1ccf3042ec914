#pragma once
// The public routes of some modules, ready to be found.
#include <http/routing/router.hpp>

namespace cleave::http {

// A route and whose it is. Where the module runs elsewhere, the handler is empty.
struct owned_route {
    std::string module;
    http::route route;
};
// The number of what spans call it: its module's "POST /api/articles/{slug}/comments".
std::uint32_t span_name(std::string_view module, const route& of);

class route_table {
public:
    // Throws std::invalid_argument as router::add does, and where a route says nothing about who
    // may call it or asks a role of nobody; naming the module.
    void add(std::string_view module, const route_list& routes);

    router::match find(request& r) const { return router_.find(r); }
    const owned_route& at(std::size_t index) const { return routes_[index]; }
    const std::vector<owned_route>& all() const { return routes_; }

private:
    router router_;
    std::vector<owned_route> routes_;
};

// The answers to a path that nobody has, and to a method that the path has not.
response no_path();
response no_method(const router::match& m);
// The answer to a request that is turned away because there are too many.
response overloaded();

// Whether the route is for this caller. Fails with unauthenticated (`token: is missing`) or
// forbidden
// (`role: forbidden`).
result<void> check_caller(const route& r, const identity& caller);

// Route tables as data: what a module's process tells the gateway. Words are texts here, since a
// newer release may have others: who does not know one leaves out that route, and no other.
struct route_row {
    std::string method{};  // "get"
    std::string path{};
    std::string access{};  // "user"
    std::string kind{};    // "query"
    std::int64_t body_bytes_max = 0;
    std::optional<std::string> least{};  // absent: anyone whom the policy lets in
    std::optional<bool> streaming{};
    bool operator==(const route_row&) const = default;
};
BOOST_DESCRIBE_STRUCT(route_row, (), (method, path, access, kind, body_bytes_max, least, streaming))
struct module_routes {
    std::string module{};
    std::vector<route_row> routes{};
    bool operator==(const module_routes&) const = default;
};
BOOST_DESCRIBE_STRUCT(module_routes, (), (module, routes))
struct route_registration {
    std::vector<module_routes> modules{};
};
BOOST_DESCRIBE_STRUCT(route_registration, (), (modules))

route_row to_row(const route& of);
route_registration to_rows(const route_table& table);
// Without handlers, and without the routes that are not understood.
route_list from_rows(const module_routes& rows);

}  // namespace cleave::http
