#pragma once
// A request as a module's route gets it from the router, and what the route answers.
#include <http/routing/route.hpp>
#include <stdexcept>
#include <support/run_coroutine.hpp>

namespace cleave::test {

struct public_request {
    http::verb method = http::verb::get;
    std::string path{};  // the template, as declared
    std::string query{};
    std::string body{};
    std::int64_t caller = 0;
    std::vector<std::pair<std::string_view, std::string>> params{};
    http::client_info client{};
    cleave::role role = role::author;  // of the caller
};

inline http::response answer_to(const http::route_list& routes, const public_request& what) {
    for (const auto& route : routes)
        if (route.method == what.method && route.path == what.path) {
            http::request r;
            r.method = what.method;
            r.path = what.path;
            r.query = what.query;
            r.body = what.body;
            r.params = what.params;
            r.client = what.client;
            if (what.caller != 0) r.context.caller = {what.caller, 1, what.role};
            return run_coroutine(route.handler(r));
        }
    throw std::logic_error("no such route: " + what.path);
}

}  // namespace cleave::test
