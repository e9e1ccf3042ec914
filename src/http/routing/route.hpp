#pragma once
// The words in which a module declares its public routes. No Beast in sight.
//
//     routes.add({.method = verb::get, .path = "/api/articles/{slug}", .access = policy::anyone,
//                 .kind = method_kind::query, .handler = ...});
//
// A template segment is literal ("articles"), a text parameter ("{slug}") or an integer parameter
// ("{id:int}"; anything else in its place is 404). A literal wins over a parameter.
#include <contract/codec.hpp>
#include <contract/context.hpp>
#include <contract/method.hpp>
#include <functional>
#include <http/routing/stream.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cleave::http {

enum class verb { get, head, post, put, del, patch, options };
BOOST_DESCRIBE_ENUM(verb, get, head, post, put, del, patch, options)

// Who may call. A route that does not say does not start.
enum class policy {
    unset,
    anyone,         // A token is neither needed nor looked at.
    optional_user,  // Without a token: anonymous. With a bad one: 401.
    user,           // 401 without a good token, before anything else is looked at.
};
BOOST_DESCRIBE_ENUM(policy, unset, anyone, optional_user, user)

// Who is at the other end of the public connection, as the edge saw it.
struct client_info {
    std::string address;        // "203.0.113.7", without the port
    std::string user_agent;     // cut to 256 bytes
    std::string referrer_host;  // the host of Referer alone, lower case
};

// What the answer is to be like. The server sees to it; a handler need not.
struct wishes {
    std::string origin;         // of the page whose script asks, if a browser says so
    std::string if_none_match;  // several fields joined by ", "
    bool gzip = false;
    bool html = false;       // a person in front of a browser
    bool preflight = false;  // asks what a script may ask (Access-Control-Request-Method)
};

// What the span of a request says (telemetry/span.hpp), beside what its context knows. Whoever
// finds the route fills it in.
struct recorded_as {
    std::array<std::uint8_t, 8> parent{};
    std::uint32_t name = 0;
    bool elsewhere = false;  // its module runs in another process
};

struct request {
    verb method = verb::get;
    std::string target;      // as sent: path and query
    std::string_view path;   // of target, still percent-encoded
    std::string_view query;  // of target, after '?', still percent-encoded
    std::string body;
    std::string authorization;  // the header's value; handlers use context.caller instead
    std::string envelope;       // of an internal call: the Cleave-Call header
    client_info client;
    wishes wants;
    steady_time received{};                // when its header was there
    std::chrono::nanoseconds elsewhere{};  // spent in another process, as the gateway measured it
    call_context context;
    recorded_as recorded;
    idempotency_key key;        // from Idempotency-Key, if the client sent one
    std::string last_event_id;  // the header's value, at most 255 bytes: where a stream goes on
    std::vector<std::pair<std::string_view, std::string>> params;  // name and decoded value

    query_context as_query() const { return {context}; }
    command_context as_command() const { return {context, key}; }

    // A parameter of the path template. Asking for one it does not have is a bug (throws).
    const std::string& param(std::string_view name) const;
    std::int64_t param_int(std::string_view name) const;

    // A parameter of the query string, decoded; the first if there are several.
    std::optional<std::string> query_param(std::string_view name) const;
    // The fallback where it is absent or not a number in [min, max]; above max: max.
    std::int64_t query_int(std::string_view name, std::int64_t fallback, std::int64_t min,
                           std::int64_t max) const;
};

inline constexpr std::string_view json_type = "application/json; charset=utf-8";

struct response {
    unsigned status = 200;
    std::string body{};
    // Static storage. Empty: no Content-Type, or one among the headers below.
    std::string_view content_type = json_type;
    std::string headers{};  // further whole lines, each "Name: value\r\n"
    // Instead of a body. Its length, where it is known, becomes the Content-Length.
    stream_function stream{};
    std::optional<std::uint64_t> stream_bytes{};
    bool is_routine = false;  // whatever its status, it is not worth a line of the log
    // What the command has changed for those who check tokens: an authority_changed as JSON
    // (contract/authority.hpp). The edge applies it before the answer leaves, and keeps it.
    std::string authority{};
};

using handler = std::function<async<response>(request&)>;

struct route {
    verb method = verb::get;
    std::string path{};
    policy access = policy::unset;
    method_kind kind = method_kind::query;
    std::size_t body_bytes_max = 0;
    // May answer with a stream. Such a request has no deadline: calls made for it get their own.
    bool streaming = false;
    cleave::http::handler handler{};
    // 403 `role: forbidden` for who is less. Above reader only where the policy is `user`.
    role least = role::reader;
    std::uint32_t span_name = 0;  // set by the table that it comes into
};

// A module's routes, in the order in which they were declared.
using route_list = std::vector<route>;

// What the reply to a problem looks like everywhere: {"errors":{"<subject>":["<detail>"]}}, with
// Retry-After for 429 and 503, and WWW-Authenticate for 401.
response problem_response(const problem& p);
// The same for a status that no problem has: error_response(404, "path", "not found").
response error_response(unsigned status, std::string_view key, std::string_view message);

template <class T>
response json_response(unsigned status, const T& value) {
    response r;
    r.status = status;
    append_json<naming::camel>(r.body, value);
    return r;
}

// The body read as T, whose snake_case fields are camelCase outside.
template <class T>
result<T> body_as(const request& r) {
    return decode<T, naming::camel>(r.body);
}

}  // namespace cleave::http
