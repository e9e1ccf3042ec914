#include <fmt/format.h>

#include <contract/json_text.hpp>
#include <gateway/front_page.hpp>
#include <http/text.hpp>
#include <map>

namespace cleave::gateway {

namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '&')
            out += "&amp;";
        else
            out += c;
    }
    return out;
}

std::string_view who_may(const http::route& r) {
    switch (r.access) {
        case http::policy::anyone: return "anyone";
        case http::policy::optional_user: return "anyone, or with a token";
        default: return "with a token";
    }
}

constexpr std::string_view page_begin =
    "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>cleave</title>\n"
    "<style>body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}"
    "td{padding:0 1.5em 0 0}code{font-size:.95em}</style>\n<h1>cleave</h1>\n"
    "<p>A blog as one program or as many. This is its API; what answers it:</p>\n<table>\n";
constexpr std::string_view page_middle =
    "</table>\n<p>For programs: <a href=\"/api/openapi.json\">/api/openapi.json</a>, "
    "<a href=\"/healthz\">/healthz</a>, <a href=\"/readyz\">/readyz</a>. The bodies are those of "
    "the RealWorld API 2.0.0.</p>\n<table>\n";

std::string as_page(const std::vector<placed_module>& modules,
                    const std::vector<public_route>& routes) {
    std::string out(page_begin);
    for (const auto& m : modules)
        out += fmt::format("<tr><td>{}<td>in process <code>{}</code><td>{}\n", escaped(m.name),
                           escaped(m.process), m.down ? "down" : "up");
    out += page_middle;
    for (const auto& [module, route] : routes)
        out += fmt::format("<tr><td><code>{}</code><td><code>{}</code><td>{}\n",
                           http::verb_name(route->method), escaped(route->path), who_may(*route));
    out += "</table></html>\n";
    return out;
}

// {name} of {name:int}, and the parameters on the way.
std::string plain_path(std::string_view path, std::string& parameters) {
    std::string out;
    for (std::size_t at = 0; at < path.size(); ++at) {
        out += path[at];
        if (path[at] != '{') continue;
        const auto end = path.find('}', at);
        const std::string_view inside = path.substr(at + 1, end - at - 1);
        const std::string_view name = inside.substr(0, inside.find(':'));
        if (!parameters.empty()) parameters += ',';
        parameters +=
            fmt::format(R"({{"name":"{}","in":"path","required":true,"schema":{{"type":"{}"}}}})",
                        name, name == inside ? "string" : "integer");
        out += name;
        out += '}';
        at = end;
    }
    return out;
}

std::string_view security_of(http::policy access) {
    switch (access) {
        case http::policy::anyone: return "[]";
        case http::policy::optional_user: return R"([{},{"token":[]}])";
        default: return R"([{"token":[]}])";
    }
}

std::string operation(const public_route& p, std::string_view parameters) {
    const http::route& r = *p.route;
    std::string method(http::verb_name(r.method));
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    std::string body;
    if (r.body_bytes_max > 0)
        body = fmt::format(
            R"("requestBody":{{"content":{{"application/json":{{"schema":{{"type":"object"}}}}}},)"
            R"("description":"at most {} bytes"}},)",
            r.body_bytes_max);
    const std::string_view type = r.streaming ? "text/event-stream" : "application/json";
    return fmt::format(R"("{}":{{"tags":["{}"],"parameters":[{}],{}"security":{},"responses":{{)"
                       R"("2XX":{{"description":"done","content":{{"{}":{{}}}}}},)"
                       R"("default":{{"$ref":"#/components/responses/errors"}}}}}})",
                       method, p.module, parameters, body, security_of(r.access), type);
}

constexpr std::string_view document_end =
    R"(},"components":{"securitySchemes":{"token":{"type":"apiKey","in":"header",)"
    R"("name":"Authorization","description":"Token <jwt>, or Bearer <jwt>"}},"responses":{"errors":{)"
    R"("description":"{\"errors\":{\"<what>\":[\"<why>\"]}}","content":{"application/json":{"schema":{)"
    R"("type":"object","properties":{"errors":{"type":"object","additionalProperties":{"type":"array",)"
    R"("items":{"type":"string"}}}}}}}}}}})";

}  // namespace

http::response front_page(bool as_html, const std::vector<placed_module>& modules,
                          const std::vector<public_route>& routes) {
    http::response out;
    out.headers = "Vary: Accept\r\n";
    if (as_html) {
        out.content_type = "text/html; charset=utf-8";
        out.body = as_page(modules, routes);
        return out;
    }
    out.body = R"({"name":"cleave","version":")" CLEAVE_VERSION
               R"(","openapi":"/api/openapi.json","health":"/healthz","readiness":"/readyz",)"
               R"("modules":[)";
    for (std::size_t i = 0; i < modules.size(); ++i) {
        out.body += i == 0 ? R"({"name":)" : R"(,{"name":)";
        append_json_string(out.body, modules[i].name);
        out.body += R"(,"process":)";
        append_json_string(out.body, modules[i].process);
        out.body += modules[i].down ? R"(,"down":true})" : R"(,"down":false})";
    }
    out.body += "]}";
    return out;
}

http::response openapi_document(const std::vector<public_route>& routes) {
    std::map<std::string, std::string> paths;
    for (const auto& p : routes) {
        std::string parameters;
        std::string& operations = paths[plain_path(p.route->path, parameters)];
        if (!operations.empty()) operations += ',';
        operations += operation(p, parameters);
    }
    http::response out;
    out.body = R"({"openapi":"3.1.0","info":{"title":"cleave","version":")" CLEAVE_VERSION
               R"(","description":"RealWorld 2.0.0, and what a blog needs beyond it."},"paths":{)";
    bool first = true;
    for (const auto& [path, operations] : paths) {
        if (!std::exchange(first, false)) out.body += ',';
        append_json_string(out.body, path);
        out.body += ":{" + operations + '}';
    }
    out.body += document_end;
    return out;
}

}  // namespace cleave::gateway
