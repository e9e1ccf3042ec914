#include <algorithm>
#include <base/encoding.hpp>
#include <boost/json.hpp>
#include <telemetry/log_read.hpp>
#include <telemetry/log_text.hpp>

namespace cleave::log {

namespace {

// {"time":"2026-11-26T21:08:00.123Z","level":"info","process":…}
constexpr std::string_view before_time = R"({"time":")", before_level = R"(","level":")",
                           before_fields = R"(",)";
constexpr std::size_t time_bytes = 24;

bool skip(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

std::string text_of(const boost::json::object& from, std::string_view key) {
    const auto* const found = from.if_contains(key);
    return found && found->is_string() ? one_line(found->get_string()) : std::string();
}

template <class Id>
void read_id(const boost::json::object& from, std::string_view key, Id& out) {
    if (Id read{}; read_hex(text_of(from, key), read)) out = read;
}

}  // namespace

new_line read_line::line() const {
    return {.time = what.time,
            .at = what.at,
            .component = what.component,
            .module = what.module,
            .message = what.message,
            .request = what.request,
            .trace = what.trace};
}

std::optional<read_line> read_json_line(std::string_view text) {
    read_line out;
    auto rest = text;
    if (!skip(rest, before_time)) return std::nullopt;
    const auto time = parse_rfc3339(rest.substr(0, time_bytes));
    if (!time) return std::nullopt;
    rest.remove_prefix(time_bytes);
    if (!skip(rest, before_level)) return std::nullopt;
    const std::string at(rest.substr(0, rest.find('"')));
    if (!boost::describe::enum_from_string(at.c_str(), out.what.at)) return std::nullopt;
    rest.remove_prefix(at.size());
    if (!skip(rest, before_fields) || !rest.ends_with('}')) return std::nullopt;

    boost::system::error_code ec;
    const auto parsed = boost::json::parse(text, ec);
    const auto* const all = ec ? nullptr : parsed.if_object();
    if (!all) return std::nullopt;
    out.fields = rest.substr(0, rest.size() - 1);
    out.what.time = *time;
    out.what.component = text_of(*all, "component");
    out.what.module = text_of(*all, "module");
    out.what.message = text_of(*all, "message");
    read_id(*all, "request_id", out.what.request);
    read_id(*all, "trace_id", out.what.trace);
    return out;
}

}  // namespace cleave::log
