#pragma once
// Whether an instance is worth asking. After some failures in a row it is left alone for a while,
// ever longer; then one request finds out whether it is back (M. Nygard, "Release It!", circuit
// breaker). So callers of what hangs are answered at once instead of waiting for it.
#include <algorithm>
#include <atomic>
#include <base/clock.hpp>

namespace cleave::http {

struct breaker_limits {
    unsigned failures_max = 5;                      // in a row
    std::chrono::milliseconds left_alone_for{500};  // doubled each time it fails again
    std::chrono::milliseconds left_alone_max{5'000};
};

// From any thread.
class breaker {
public:
    explicit breaker(breaker_limits limits = {}) : limits_(limits) {}

    bool is_closed() const {
        return failures_.load(std::memory_order_relaxed) < limits_.failures_max;
    }

    // Whether admits() would be true.
    bool may_admit(steady_time now) const {
        return is_closed() || ticks(now) >= alone_until_.load(std::memory_order_relaxed);
    }

    // Whether a request may go there. Once it has been left alone for long enough, that is true for
    // one of those who ask, until the next such time.
    bool admits(steady_time now) {
        if (is_closed()) return true;
        auto until = alone_until_.load(std::memory_order_relaxed);
        return ticks(now) >= until &&
               alone_until_.compare_exchange_strong(until, ticks(now + wait()));
    }

    void succeeded() {
        if (failures_.load(std::memory_order_relaxed) == 0) return;
        failures_ = 0;
        trips_ = 0;
    }
    void failed(steady_time now) {
        if (failures_.fetch_add(1) + 1 < limits_.failures_max) return;
        alone_until_ = ticks(now + wait());
        trips_.fetch_add(1);
    }
    // It is another process now.
    void reset() { succeeded(); }

private:
    static std::int64_t ticks(steady_time at) { return at.time_since_epoch().count(); }
    std::chrono::milliseconds wait() const {
        return std::min(limits_.left_alone_max,
                        limits_.left_alone_for * (1 << std::min(trips_.load(), 10U)));
    }

    const breaker_limits limits_;
    std::atomic<unsigned> failures_ = 0, trips_ = 0;
    std::atomic<std::int64_t> alone_until_ = 0;
};

}  // namespace cleave::http
