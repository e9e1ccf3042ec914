#pragma once
// One line an event, to stderr. For people on a terminal, JSON lines otherwise, unless it is said.
//
// What belongs to a request bears its id, which the answer has as X-Request-Id, and in JSON its
// trace. Nothing that is logged holds a token, a password or the text of an event.
#include <fmt/format.h>

#include <base/trace.hpp>
#include <string_view>

namespace cleave::log {

enum class level { debug, info, warning, error };

enum class layout { automatic, text, json };  // automatic: text on a terminal

// Once, at start. `process` names this process in every line.
void configure(std::string_view process, level least, layout how = layout::automatic);

// False: write() would do nothing.
bool enabled(level at);

// The text may hold what a client sent: control characters are escaped, so a line stays a line.
void write(level at, std::string_view component, std::string_view text,
           const trace_context& trace = {});

template <class... Args>
void info(std::string_view component, fmt::format_string<Args...> text, Args&&... args) {
    write(level::info, component, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void warning(std::string_view component, fmt::format_string<Args...> text, Args&&... args) {
    write(level::warning, component, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void error(std::string_view component, fmt::format_string<Args...> text, Args&&... args) {
    write(level::error, component, fmt::format(text, std::forward<Args>(args)...));
}

// The same on behalf of a request.
template <class... Args>
void warning(const trace_context& trace, std::string_view component,
             fmt::format_string<Args...> text, Args&&... args) {
    write(level::warning, component, fmt::format(text, std::forward<Args>(args)...), trace);
}
template <class... Args>
void error(const trace_context& trace, std::string_view component, fmt::format_string<Args...> text,
           Args&&... args) {
    write(level::error, component, fmt::format(text, std::forward<Args>(args)...), trace);
}

}  // namespace cleave::log
