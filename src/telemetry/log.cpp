#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <base/encoding.hpp>
#include <string>
#include <telemetry/log.hpp>
#include <telemetry/log_book.hpp>
#include <telemetry/log_read.hpp>
#include <telemetry/log_text.hpp>

namespace cleave::log {

namespace {

using std::chrono::milliseconds;
using moment = std::chrono::system_clock::time_point;

spdlog::level::level_enum native(level at) {
    switch (at) {
        case level::debug: return spdlog::level::debug;
        case level::info: return spdlog::level::info;
        case level::warning: return spdlog::level::warn;
        case level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

bool is_for_people(layout how) {
    return how == layout::text || (how == layout::automatic && ::isatty(STDERR_FILENO) == 1);
}

std::atomic<bool> for_people = is_for_people(layout::automatic);
std::string own_name = "cleave";

void set_pattern(spdlog::logger& logger) {
    if (for_people)
        logger.set_pattern("%H:%M:%S.%e %^%-7l%$ %v");
    else
        logger.set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                           spdlog::pattern_time_type::utc);
}

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>(
            "cleave", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        made->flush_on(spdlog::level::trace);
        set_pattern(*made);
        return made;
    }();
    return *instance;
}

template <class Id>
std::string hex_of(const Id& id) {
    return id == Id{} ? std::string() : to_hex(id);
}

// `as_json`: where it is known already how the line says it.
void put(std::string_view process, const new_line& line, std::string_view as_json = {}) {
    keep(process, line);
    const auto request = hex_of(line.request), trace = hex_of(line.trace);
    const said what{process, line.component, line.module, line.message, request, trace};
    std::string text;
    if (for_people)
        text = human_text(what);
    else
        text = as_json.empty() ? json_fields(what) : std::string(as_json);
    logger().log(moment(milliseconds(line.time.unix_ms)), {}, native(line.at), text);
}

}  // namespace

void configure(std::string_view process, level least, layout how) {
    for_people = is_for_people(how);
    own_name = one_line(process);
    logger().set_level(native(least));
    set_pattern(logger());
}

bool enabled(level at) {
    return logger().should_log(native(at));
}

void write(level at, const origin& from, std::string_view text, const trace_context& trace) {
    if (!enabled(at)) return;
    const auto component = one_line(from.component), module = one_line(from.module),
               message = one_line(text);
    put(own_name, {.time = system_clock().now(),
                   .at = at,
                   .component = component,
                   .module = module,
                   .message = message,
                   .request = trace.span_id,
                   .trace = trace.trace_id});
}

void forward(std::string_view process, std::string_view text) {
    if (const auto read = read_json_line(text)) {
        put(process, read->line(), read->fields);
        return;
    }
    const auto message = one_line(text);
    if (!enabled(level::warning) || message.empty()) return;
    put(process, {.time = system_clock().now(),
                  .at = level::warning,
                  .component = "stderr",
                  .module = {},
                  .message = message});
}

}  // namespace cleave::log
