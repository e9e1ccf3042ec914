#include <fmt/chrono.h>

#include <base/encoding.hpp>
#include <logs/log_record.hpp>
#include <telemetry/log_text.hpp>

namespace cleave::logs {

namespace {

template <class Id>
std::optional<std::string> hex_of(const Id& id) {
    return id == Id{} ? std::nullopt : std::optional(to_hex(id));
}

std::optional<std::string> if_any(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

// Once more: who tells it may be another program by now.
struct one_lined {
    explicit one_lined(const log_record& r)
        : process(log::one_line(r.process)),
          component(log::one_line(r.component)),
          module(log::one_line(r.module.value_or(""))),
          message(log::one_line(r.message)),
          request(log::one_line(r.request_id.value_or(""))),
          trace(log::one_line(r.trace_id.value_or(""))) {}

    log::said said() const { return {process, component, module, message, request, trace}; }

    std::string process, component, module, message, request, trace;
};

}  // namespace

log_record to_record(const log::kept_line& line) {
    return {.time = to_rfc3339(line.time),
            .level = log::name_of(line.at),
            .process = line.process,
            .component = line.component,
            .module = if_any(line.module),
            .message = line.message,
            .request_id = hex_of(line.request),
            .trace_id = hex_of(line.trace)};
}

std::string to_json_line(const log_record& r) {
    return fmt::format(R"({{"time":"{}","level":"{}",{}}})",
                       log::json_escaped(log::one_line(r.time)),
                       log::json_escaped(log::one_line(r.level)), json_fields(one_lined(r).said()));
}

std::string to_human_line(const log_record& r) {
    const auto at = parse_rfc3339(r.time).value_or(timestamp{});
    const auto local = fmt::localtime(static_cast<std::time_t>(at.unix_ms / 1'000));
    return fmt::format("{:%H:%M:%S}.{:03} {:<7} {}", local, at.unix_ms % 1'000,
                       log::one_line(r.level), human_text(one_lined(r).said()));
}

}  // namespace cleave::logs
