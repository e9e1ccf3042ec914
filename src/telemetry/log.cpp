#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <string>
#include <telemetry/log.hpp>

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

// What would end a line, start an escape sequence or end a JSON string.
std::string one_line(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f)
            out += fmt::format("\\x{:02x}", byte);
        else
            out += c;
    }
    return out;
}

std::string json_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

bool to_terminal() {
    static const bool answer = ::isatty(STDERR_FILENO) == 1;
    return answer;
}

void set_pattern(spdlog::logger& logger, std::string_view process) {
    const std::string name = json_escaped(one_line(process));
    if (to_terminal())
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

void configure(std::string_view process, level least) {
    logger().set_level(native(least));
    set_pattern(logger(), process);
}

void write(level at, std::string_view component, std::string_view text) {
    const std::string safe = one_line(text);
    if (to_terminal())
        logger().log(native(at), "[{}] {}", component, safe);
    else
        logger().log(native(at), R"("component":"{}","message":"{}")", component,
                     json_escaped(safe));
}

}  // namespace cleave::log
