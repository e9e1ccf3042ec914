#include <fmt/format.h>

#include <algorithm>
#include <base/encoding.hpp>
#include <base/text.hpp>
#include <logs/question.hpp>
#include <telemetry/log_text.hpp>
#include <traces/span_service.hpp>

namespace cleave::logs {

namespace {

// "comments" is what "comments", and its services "comments.feed" and so on, are about.
bool is_about(std::string_view name, std::string_view module) {
    return name.starts_with(module) && (name.size() == module.size() || name[module.size()] == '.');
}

constexpr std::int64_t since_max_ms = 366LL * 24 * 3'600 * 1'000;

std::int64_t unit_ms(char unit) {
    switch (unit) {
        case 's': return 1'000;
        case 'm': return 60 * 1'000;
        case 'h': return 3'600 * 1'000;
        case 'd': return 24 * 3'600 * 1'000;
        default: return 0;
    }
}

}  // namespace

bool fits(const log::kept_line& line, const question& asked) {
    if (line.at < asked.least || line.time < asked.since) return false;
    if (!asked.process.empty() && line.process != asked.process) return false;
    if (!asked.module.empty() && !is_about(line.module, asked.module) &&
        !is_about(line.component, asked.module))
        return false;
    if (!asked.request_id.empty() && to_hex(line.request) != asked.request_id) return false;
    return asked.trace_id.empty() || to_hex(line.trace) == asked.trace_id;
}

bool ask_about(question& asked, std::string_view id) {
    const auto found = traces::question_about(id);
    if (!found) return false;
    auto& into = found->what == traces::question::of::request ? asked.request_id : asked.trace_id;
    into = to_hex(from_hex(found->id).value_or(bytes{}));  // in small letters
    return true;
}

std::optional<timestamp> parse_since(std::string_view text, timestamp now) {
    if (const auto moment = parse_rfc3339(text)) return moment;
    if (text.empty()) return std::nullopt;
    const auto unit = unit_ms(text.back());
    std::int64_t count = 0;
    text.remove_suffix(1);
    if (unit == 0 || !read_number(text, count) || count < 1 || count > since_max_ms / unit)
        return std::nullopt;
    return timestamp{now.unix_ms - count * unit};
}

bool is_plain_name(std::string_view name) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && name.size() <= log::kept_name_bytes_max && lower(name.front()) &&
           std::ranges::all_of(name, [&](char c) {
               return lower(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
           });
}

std::string target_of(const question& asked, std::string_view book, std::int64_t after) {
    std::string out = fmt::format("/logs?after={}&lines={}&level={}", after, asked.lines,
                                  log::name_of(asked.least));
    const auto add = [&out](std::string_view name, std::string_view value) {
        if (!value.empty()) out += fmt::format("&{}={}", name, value);
    };
    add("book", book);
    add("module", asked.module);
    add("process", asked.process);
    add("request", asked.request_id);
    add("trace", asked.trace_id);
    if (asked.since.unix_ms > 0) add("since", to_rfc3339(asked.since));
    return out;
}

}  // namespace cleave::logs
