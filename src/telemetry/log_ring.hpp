#pragma once
// The last lines of one process, in so many bytes: the oldest make room. Putting a line in copies
// it and allocates nothing. Whoever has it sees to it that one thread is in it at a time.
#include <array>
#include <base/clock.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <telemetry/log.hpp>
#include <vector>

namespace cleave::log {

// Longer texts are cut when they are kept: what somebody sent must not wash away the rest.
inline constexpr std::size_t kept_message_bytes_max = 4'096;
inline constexpr std::size_t kept_name_bytes_max = 64;

using request_number = std::array<std::uint8_t, 8>;
using trace_number = std::array<std::uint8_t, 16>;

// A line on its way in. The texts are one_line() already; ids of zeros are none.
struct new_line {
    std::uint64_t number = 0;  // larger than that of the one before
    timestamp time{};
    level at = level::info;
    std::string_view component, module, message;
    request_number request{};
    trace_number trace{};
};

struct kept_line {
    std::uint64_t number = 0;
    timestamp time{};
    level at = level::info;
    std::string process{}, component, module, message;
    request_number request{};
    trace_number trace{};
};

class line_ring {
public:
    explicit line_ring(std::size_t bytes);

    void put(const new_line& line);

    // The number of the last line that had to make room; 0: none has.
    std::uint64_t overwritten() const { return overwritten_; }
    // As they lie there, for read_lines(): so little is all that has to be done under a lock.
    std::string copy() const;

private:
    void copy_in(std::size_t at, const char* from, std::size_t size);
    void copy_out(std::size_t at, char* to, std::size_t size) const;
    void drop_oldest();

    std::unique_ptr<char[]> bytes_;  // whose pages are there once they are written
    std::size_t size_;
    std::size_t first_ = 0, used_ = 0;
    std::uint64_t overwritten_ = 0;
};

// Those with a larger number than `after`, the oldest first, as of `process`.
std::vector<kept_line> read_lines(std::string_view copied, std::string_view process,
                                  std::uint64_t after);

}  // namespace cleave::log
