#pragma once
// One line an event, to stderr. For people on a terminal, JSON lines otherwise, unless it is said.
// The last of them are kept for `cleave logs`: telemetry/log_book.hpp.
//
// What belongs to a request bears its id, which the answer has as X-Request-Id, and in JSON its
// trace. Nothing that is logged holds a token, a password or the text of an event.
#include <fmt/format.h>

#include <base/trace.hpp>
#include <boost/describe.hpp>
#include <string_view>

namespace cleave::log {

enum class level { debug, info, warning, error };
BOOST_DESCRIBE_ENUM(level, debug, info, warning, error)

enum class layout { automatic, text, json };  // automatic: text on a terminal
BOOST_DESCRIBE_ENUM(layout, automatic, text, json)

// Who says it: a component, and the module that it is about, where that is known and not the same.
struct origin {
    std::string_view component, module{};
    origin(std::string_view says, std::string_view about = {}) : component(says), module(about) {}
    origin(const char* says) : component(says) {}
};

// Once, at start. `process` names this process in every line.
void configure(std::string_view process, level least, layout how = layout::automatic);

// False: write() would do nothing.
bool enabled(level at);

// The text may hold what a client sent: control characters are escaped, so a line stays a line.
void write(level at, const origin& from, std::string_view text, const trace_context& trace = {});

// On behalf of a process whose stderr comes here: a line of its log goes on as that line, anything
// else (the last words of a library, a sanitizer's report) as a warning of "stderr".
void forward(std::string_view process, std::string_view text);

template <class... Args>
void info(const origin& from, fmt::format_string<Args...> text, Args&&... args) {
    write(level::info, from, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void warning(const origin& from, fmt::format_string<Args...> text, Args&&... args) {
    write(level::warning, from, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void error(const origin& from, fmt::format_string<Args...> text, Args&&... args) {
    write(level::error, from, fmt::format(text, std::forward<Args>(args)...));
}

// The same on behalf of a request.
template <class... Args>
void warning(const trace_context& trace, const origin& from, fmt::format_string<Args...> text,
             Args&&... args) {
    write(level::warning, from, fmt::format(text, std::forward<Args>(args)...), trace);
}
template <class... Args>
void error(const trace_context& trace, const origin& from, fmt::format_string<Args...> text,
           Args&&... args) {
    write(level::error, from, fmt::format(text, std::forward<Args>(args)...), trace);
}

}  // namespace cleave::log
