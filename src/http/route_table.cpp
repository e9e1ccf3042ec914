#include <http/route_table.hpp>
#include <http/text.hpp>
#include <telemetry/log.hpp>
#include <telemetry/recorder.hpp>

namespace cleave::http {

namespace {

template <class E>
std::string word_of(E value) {
    return describe::enum_to_string(value, "");
}

template <class E>
bool from_word(const std::string& word, E& value) {
    return describe::enum_from_string(word.c_str(), value);
}

}  // namespace

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

route_row to_row(const route& of) {
    route_row row;
    row.method = word_of(of.method);
    row.path = of.path;
    row.access = word_of(of.access);
    row.kind = word_of(of.kind);
    row.body_bytes_max = static_cast<std::int64_t>(of.body_bytes_max);
    if (of.least != role::reader) row.least = word_of(of.least);
    if (of.streaming) row.streaming = true;
    return row;
}

route_registration to_rows(const route_table& table) {
    route_registration out;
    for (const auto& [module, r] : table.all()) {
        if (out.modules.empty() || out.modules.back().module != module)
            out.modules.push_back({module, {}});
        out.modules.back().routes.push_back(to_row(r));
    }
    return out;
}

route_list from_rows(const module_routes& rows) {
    route_list out;
    for (const auto& row : rows.routes) {
        route r;
        const bool known = from_word(row.method, r.method) && from_word(row.access, r.access) &&
                           from_word(row.kind, r.kind) &&
                           (!row.least || from_word(*row.least, r.least));
        // One that does not say who may call is for nobody.
        if (!known || r.access == policy::unset) {
            log::warning("http", "{}: the route {} {} is one of another release, and left out",
                         rows.module, row.method, row.path);
            continue;
        }
        r.path = row.path;
        r.body_bytes_max = static_cast<std::size_t>(std::max<std::int64_t>(row.body_bytes_max, 0));
        r.streaming = row.streaming.value_or(false);
        out.push_back(std::move(r));
    }
    return out;
}

}  // namespace cleave::http
