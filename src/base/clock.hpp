#pragma once
// Time is handed in, so that tests decide what time it is.
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cleave {

using steady_time = std::chrono::steady_clock::time_point;

// A moment in milliseconds since 1970-01-01 UTC. On the wire: RFC 3339 UTC with milliseconds
// ("2026-08-13T10:00:00.123Z").
struct timestamp {
    std::int64_t unix_ms = 0;
    auto operator<=>(const timestamp&) const = default;
};

class wall_clock {
public:
    virtual ~wall_clock() = default;
    virtual timestamp now() const = 0;
};

const wall_clock& system_clock();

// Appends "2026-08-13T10:00:00.123Z". Years outside 0 to 9999 are clamped.
void append_rfc3339(std::string& out, timestamp at);
std::string to_rfc3339(timestamp at);

// Reads exactly the form above; nothing else, and no impossible date.
std::optional<timestamp> parse_rfc3339(std::string_view text);

}  // namespace cleave
