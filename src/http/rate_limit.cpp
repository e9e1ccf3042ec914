#include <algorithm>
#include <http/rate_limit.hpp>

namespace cleave::http {

rate_limit::rate_limit(std::size_t per_second, std::size_t burst) {
    set(per_second, burst);
}

void rate_limit::set(std::size_t per_second, std::size_t burst) {
    const std::int64_t interval =
        per_second == 0 ? 0 : 1'000'000'000 / static_cast<std::int64_t>(per_second);
    interval_ = interval;
    tolerance_ = interval * static_cast<std::int64_t>(std::max<std::size_t>(burst, 1) - 1);
}

bool rate_limit::take(std::uint64_t who, steady_time now) {
    const auto interval = interval_.load(std::memory_order_relaxed);
    if (interval == 0) return true;
    const std::int64_t at =
        std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
    // The low bits of an address are the ones that differ.
    shard& s = shards_[(who ^ (who >> 32)) % shard_count];
    const std::scoped_lock lock(s.mutex);
    if (s.until.size() >= shard_entries_max && !s.until.contains(who)) make_room(s, at);
    std::int64_t& until = s.until[who];
    const std::int64_t from = std::max(until, at);
    if (from - at > tolerance_.load(std::memory_order_relaxed)) return false;
    until = from + interval;
    return true;
}

void rate_limit::make_room(shard& s, std::int64_t now) {
    std::erase_if(s.until, [now](const auto& entry) { return entry.second <= now; });
    // Looking through all of them for each newcomer would cost more than it limits.
    if (s.until.size() > shard_entries_max / 2) s.until.clear();
}

}  // namespace cleave::http
