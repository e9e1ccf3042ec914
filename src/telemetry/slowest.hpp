#pragma once
// The slowest roots of the last minutes, each with what was recorded below it in this process. In a
// process that serves others, those are its slowest parts of requests.
#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <telemetry/span.hpp>
#include <vector>

namespace cleave::telemetry {

class slowest {
public:
    static constexpr std::size_t roots_max = 32, spans_each_max = 128;
    static constexpr std::chrono::minutes kept_for{5};
    // Looking for what belongs to a root takes some 100 µs: less often for those that are quicker
    // than this.
    static constexpr std::chrono::milliseconds kept_every{10};

    // Two loads, as good as always.
    bool wants(const span& root) const {
        const auto now = (root.begin + root.took).time_since_epoch().count();
        const auto relaxed = std::memory_order_relaxed;
        if (root.took.count() <= least_ns_.load(relaxed) && now <= oldest_until_.load(relaxed))
            return false;
        return root.took >= kept_every || now > next_.load(relaxed);
    }

    // Takes the place of one that is too old, else of the quickest.
    void keep(const span& root, std::vector<span> spans) {
        const std::scoped_lock lock(mutex_);
        const auto now = root.begin + root.took;
        entry* out = &kept_[0];
        for (auto& e : kept_) {
            if (e.until < now) e = {};
            if (e.root.took < out->root.took) out = &e;
        }
        if (root.took <= out->root.took) return;
        *out = {root, now + kept_for, std::move(spans)};
        next_.store((now + kept_every).time_since_epoch().count(), std::memory_order_relaxed);
        auto least = kept_[0].root.took;
        auto until = kept_[0].until;
        for (const auto& e : kept_) {
            least = std::min(least, e.root.took);
            until = std::min(until, e.until);
        }
        least_ns_.store(least.count(), std::memory_order_relaxed);
        oldest_until_.store(until.time_since_epoch().count(), std::memory_order_relaxed);
    }

    std::vector<span> spans() const {
        const std::scoped_lock lock(mutex_);
        std::vector<span> out;
        for (const auto& e : kept_) out.insert(out.end(), e.spans.begin(), e.spans.end());
        return out;
    }

private:
    struct entry {
        span root{};  // took 0: free
        steady_time until{};
        std::vector<span> spans{};
    };

    mutable std::mutex mutex_;
    std::array<entry, roots_max> kept_;
    std::atomic<std::int64_t> least_ns_{0}, oldest_until_{0}, next_{0};
};

}  // namespace cleave::telemetry
