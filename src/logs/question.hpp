#pragma once
// Which lines are asked for, and how a process is asked: GET /logs?… on its control socket.
#include <base/clock.hpp>
#include <contract/problem.hpp>
#include <logs/log_record.hpp>

namespace cleave::logs {

inline constexpr std::size_t lines_max = 10'000;  // in one answer

struct question {
    log::level least = log::level::debug;
    std::string module{};      // that the line is about, or that writes it; empty: any
    std::string process{};     // the same
    std::string request_id{};  // of an X-Request-Id
    std::string trace_id{};
    timestamp since{};
    std::size_t lines = lines_max;  // the last so many
};

bool fits(const log::kept_line& line, const question& asked);

// Sets which request or trace is meant, by a text that a person has: an X-Request-Id (16 hex
// digits), a trace's id (32), or a whole traceparent. False: it is none of them.
bool ask_about(question& asked, std::string_view id);

// "90s", "5m", "2h", "7d" before now, or a moment ("2026-11-26T21:08:00.123Z").
std::optional<timestamp> parse_since(std::string_view text, timestamp now);

// What a module, a component or a process can be called: [a-z][a-z0-9.-]{0,63}.
bool is_plain_name(std::string_view name);

// "/logs?after=17&book=…&level=warning"; plain texts alone, so nothing has to be encoded.
std::string target_of(const question& asked, std::string_view book, std::int64_t after);

}  // namespace cleave::logs
