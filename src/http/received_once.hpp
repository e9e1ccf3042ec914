#pragma once
// The envelopes of commands that may be received once, for as long as they would be accepted.
#include <base/clock.hpp>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_set>

namespace cleave::http {

class received_once {
public:
    // An envelope is accepted for 30 seconds before and after the time that it bears.
    static constexpr std::chrono::milliseconds kept_for{60'000};
    static constexpr std::size_t envelopes_max = 500'000;  // in such a time; more are kept shorter

    // From any thread. Only the MAC of the envelope counts.
    bool is_first(std::string_view envelope, timestamp now);
    void forget(std::string_view envelope);

private:
    std::mutex mutex_;
    std::unordered_set<std::uint64_t> recent_,
        older_;  // those of the last while, and the one before
    std::int64_t recent_since_ms_ = 0;
};

}  // namespace cleave::http
