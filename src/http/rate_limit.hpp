#pragma once
// How often somebody may come: so many times a second, and so many at once after a pause.
#include <array>
#include <atomic>
#include <base/clock.hpp>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace cleave::http {

// For all threads together. Remembers 64 Ki of those who came lately; where there are more, some
// are forgotten and start anew.
class rate_limit {
public:
    // `per_second` of 0: no limit.
    rate_limit(std::size_t per_second, std::size_t burst);

    // Others from now on; what was taken stays taken.
    void set(std::size_t per_second, std::size_t burst);

    bool is_off() const { return interval_.load(std::memory_order_relaxed) == 0; }
    // False: too often. A refusal does not count.
    bool take(std::uint64_t who, steady_time now);

private:
    static constexpr std::size_t shard_count = 16;
    static constexpr std::size_t shard_entries_max = 4096;

    // For each, when it will have used up what it took (a leaky bucket as one number).
    struct shard {
        std::mutex mutex;
        std::unordered_map<std::uint64_t, std::int64_t> until;
    };
    static void make_room(shard& s, std::int64_t now);

    std::atomic<std::int64_t> interval_ = 0;   // ns a time
    std::atomic<std::int64_t> tolerance_ = 0;  // ns ahead of now that are still fine
    std::array<shard, shard_count> shards_;
};

}  // namespace cleave::http
