#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <string>
#include <telemetry/log.hpp>
#include <telemetry/log_text.hpp>

namespace cleave::log {

namespace {

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

void set_pattern(spdlog::logger& logger, std::string_view process) {
    const std::string name = json_escaped(one_line(process));
    if (for_people)
        logger.set_pattern("%H:%M:%S.%e %^%-7l%$ " + name + " %v");
    else
        logger.set_pattern(
            R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","process":")" + name + R"(",%v})",
            spdlog::pattern_time_type::utc);
}

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>(
            "cleave", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        made->flush_on(spdlog::level::trace);
        set_pattern(*made, "cleave");
        return made;
    }();
    return *instance;
}

}  // namespace

void configure(std::string_view process, level least, layout how) {
    for_people = is_for_people(how);
    logger().set_level(native(least));
    set_pattern(logger(), process);
}

bool enabled(level at) {
    return logger().should_log(native(at));
}

void write(level at, std::string_view component, std::string_view text,
           const trace_context& trace) {
    if (!enabled(at)) return;
    logger().log(
        native(at), "{}",
        for_people ? human_text(component, text, trace) : json_fields(component, text, trace));
}

}  // namespace cleave::log
