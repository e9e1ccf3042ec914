#pragma once
// How a log line is written, apart from where it goes.
#include <string>
#include <string_view>
#include <telemetry/log.hpp>

namespace cleave::log {

// What would end a line, start an escape sequence, or is no UTF-8, as \xNN: a line stays a line,
// and a terminal is not told anything by what a client sent.
std::string one_line(std::string_view text);

// What a line says beside its time and level. All is one_line() already; ids are hex, or empty.
struct said {
    std::string_view process, component, module, message, request_id{}, trace_id{};
};

// The rest of a JSON line, and of one for people, after time and level. Left out is what is empty.
std::string json_fields(const said& what);
std::string human_text(const said& what);

std::string json_escaped(std::string_view text);

const char* name_of(level at);

}  // namespace cleave::log
