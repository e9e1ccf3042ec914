#include <http/route_table.hpp>
#include <http/text.hpp>
#include <telemetry/recorder.hpp>

namespace cleave::http {

void route_table::add(std::string_view module, const route_list& routes) {
    for (const auto& r : routes) {
        if (r.access == policy::unset)
            throw std::invalid_argument(
                fmt::format("{}: the route {} says nothing about who may call it; set .access",
                            module, r.path));
        if (r.least != role::reader && r.access != policy::user)
            throw std::invalid_argument(fmt::format(
                "{}: the route {} asks for a role; its .access must be user", module, r.path));
        router_.add(r.method, r.path, routes_.size());
        routes_.push_back({std::string(module), r});
        routes_.back().route.span_name = span_name(module, r);
    }
}

std::uint32_t span_name(std::string_view module, const route& of) {
    return telemetry::span_name(module, fmt::format("{} {}", verb_name(of.method), of.path));
}

response no_path() {
    return problem_response({errc::not_found, "path", "not found", std::nullopt});
}

response overloaded() {
    response r = error_response(503, "service", "overloaded");
    r.is_routine = true;
    return r;
}

response no_method(const router::match& m) {
    response r;
    r.status = 405;
    r.body = R"({"errors":{"method":["not allowed"]}})";
    r.headers = "Allow: " + m.allow + "\r\n";
    return r;
}

result<void> check_caller(const route& r, const identity& caller) {
    if (r.access == policy::user && !caller)
        return fail(errc::unauthenticated, "token", "is missing");
    if (caller.role < r.least) return fail(errc::forbidden, "role", "forbidden");
    return {};
}

route_registration to_rows(const route_table& table) {
    route_registration out;
    for (const auto& [module, r] : table.all()) {
        if (out.modules.empty() || out.modules.back().module != module)
            out.modules.push_back({module, {}});
        out.modules.back().routes.push_back(
            {r.method, r.path, r.access, r.kind, static_cast<std::int64_t>(r.body_bytes_max),
             r.least == role::reader ? std::nullopt : std::optional(r.least),
             r.streaming ? std::optional(true) : std::nullopt});
    }
    return out;
}

route_list from_rows(const module_routes& rows) {
    route_list out;
    for (const auto& row : rows.routes) {
        route r;
        r.method = row.method;
        r.path = row.path;
        r.access = row.access;
        r.kind = row.kind;
        r.body_bytes_max = static_cast<std::size_t>(std::max<std::int64_t>(row.body_bytes_max, 0));
        r.least = row.least.value_or(role::reader);
        r.streaming = row.streaming.value_or(false);
        out.push_back(std::move(r));
    }
    return out;
}

}  // namespace cleave::http
