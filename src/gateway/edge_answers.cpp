// What the edge answers by itself, and what all its answers have in common.
#include <charconv>
#include <gateway/edge.hpp>
#include <gateway/front_page.hpp>
#include <http/content.hpp>

namespace cleave::gateway {

namespace {

// Milliseconds with three digits behind the point.
void append_ms(std::string& out, std::chrono::nanoseconds time) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    char text[24];
    char* end = std::to_chars(text, text + 20, us / 1000).ptr;
    *end++ = '.';
    for (const long digit : {us / 100 % 10, us / 10 % 10, us % 10})
        *end++ = static_cast<char>('0' + digit);
    out.append(text, end);
}

// https://www.w3.org/TR/server-timing/: until the answer was made, and how much of it elsewhere.
void append_timing(std::string& out, const http::request& r) {
    if (r.received == steady_time{}) return;
    out += "Server-Timing: ";
    if (r.elsewhere.count() > 0) {
        out += "module;dur=";
        append_ms(out, r.elsewhere);
        out += ", ";
    }
    out += "total;dur=";
    append_ms(out, std::chrono::steady_clock::now() - r.received);
    out += "\r\n";
}

bool is_api(std::string_view path) {
    return path.starts_with("/api") && (path.size() == 4 || path[4] == '/');
}

}  // namespace

void edge::finish(const http::request& r, http::response& answer, std::string& headers) {
    cors_.append(headers, r);
    http::negotiate(r, answer, headers);
    append_timing(headers, r);
}

// Where no module has a route. Nothing: nor has the edge.
std::optional<http::response> edge::own_answer(const http::request& r, const view& known) const {
    if (r.method != http::verb::get && r.method != http::verb::head) return std::nullopt;
    if (r.path == "/healthz" || r.path == "/readyz") return health(r.path == "/readyz");
    if (r.path == "/api/openapi.json") return openapi_document(public_routes(known));
    if (web_ && !is_api(r.path)) return web_->find(r);
    if (r.path == "/") return front_page(r.wants.html, modules(), public_routes(known));
    return std::nullopt;
}

std::vector<public_route> edge::public_routes(const view& known) const {
    std::vector<public_route> out;
    for (std::size_t i = known.first; i < known.targets.size(); ++i)
        if (!known.targets[i]->where || !given_.own_routes_alone)
            out.push_back({known.targets[i]->module, &known.targets[i]->route});
    return out;
}

std::vector<placed_module> edge::modules() const {
    std::vector<placed_module> out;
    for (const auto& row : http::to_rows(given_.local).modules)
        out.push_back({row.module, given_.process, false});
    for (const auto& [module, where] : given_.remote)
        out.push_back({module, where->name(), where->is_down(http::recipient::any_instance)});
    return out;
}

http::response edge::health(bool readiness) const {
    http::response r;
    r.body = R"({"status":")";
    const bool ready = !readiness || ready_;
    if (!ready) r.status = 503;
    r.body += ready ? "ok" : "starting";
    r.body += R"(","down":[)";
    bool first = true;
    for (const auto& [module, where] : given_.remote) {
        if (!where->is_down(http::recipient::any_instance)) continue;
        if (!first) r.body += ',';
        first = false;
        append_json_string(r.body, module);
    }
    r.body += "]}";
    return r;
}

}  // namespace cleave::gateway
