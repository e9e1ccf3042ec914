#pragma once
// What a process says of itself in `cleave status`: how much it answers, how fast, and how much
// memory it takes.
#include <deque>
#include <http/server.hpp>
#include <mutex>
#include <topology/status.hpp>

namespace cleave::app {

class figures {
public:
    // One that may be null for now, and outlives this.
    using listener = const std::unique_ptr<http::server>*;
    explicit figures(std::vector<listener> of) : of_(std::move(of)) {}

    // To be called about once a second.
    void sample(steady_time now);
    topology::process_figures now(steady_time now) const;

private:
    struct counted {
        steady_time at{};
        std::uint64_t requests = 0;
        std::uint64_t failures = 0;
        telemetry::latencies latency{};
    };
    counted count(steady_time now) const;

    const std::vector<listener> of_;
    const steady_time began_ = std::chrono::steady_clock::now();
    mutable std::mutex mutex_;
    std::deque<counted> samples_;  // guarded by it; the oldest first
};

// The upper bound of the bucket in which that part of the latencies lies; nothing where there are
// none.
std::optional<std::uint64_t> quantile_us(const telemetry::latencies& all, double part);

}  // namespace cleave::app
