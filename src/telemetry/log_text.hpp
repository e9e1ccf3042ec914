#pragma once
// How a log line is written, apart from where it goes. For log.cpp and its tests.
#include <base/trace.hpp>
#include <string>
#include <string_view>

namespace cleave::log {

// What would end a line, start an escape sequence, or is no UTF-8, as \xNN: a line stays a line,
// and a terminal is not told anything by what a client sent.
std::string one_line(std::string_view text);

// The fields of a JSON line, and the same for people. The ids are left out where there are none.
std::string json_fields(std::string_view component, std::string_view text,
                        const trace_context& trace);
std::string human_text(std::string_view component, std::string_view text,
                       const trace_context& trace);

std::string json_escaped(std::string_view text);

}  // namespace cleave::log
