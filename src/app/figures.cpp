#include <algorithm>
#include <app/figures.hpp>
#include <cmath>
#include <fstream>

namespace cleave::app {

namespace {

constexpr std::size_t samples_max = 11;  // ten seconds

// The sum line "Pss:" of smaps_rollup (proc(5)), in KiB: a page that n processes share counts as
// 1/n, so that the sum over the processes of one binary is what they take together.
std::uint64_t proportional_memory_bytes() {
    std::ifstream file("/proc/self/smaps_rollup");
    for (std::string word; file >> word;)
        if (std::uint64_t kib = 0; word == "Pss:" && file >> kib) return kib * 1024;
    return 0;
}

}  // namespace

std::optional<std::uint64_t> quantile_us(const telemetry::latencies& all, double part) {
    const auto wanted =
        static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(all.count())));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < all.buckets.size() && wanted > 0; ++i) {
        seen += all.buckets[i];
        const auto bound = std::min(i, telemetry::latency_bounds.size() - 1);
        if (seen >= wanted)
            return static_cast<std::uint64_t>(telemetry::latency_bounds[bound].count());
    }
    return std::nullopt;
}

figures::counted figures::count(steady_time now) const {
    counted out;
    out.at = now;
    for (const auto* one : of_) {
        if (!*one) continue;
        const auto counters = (*one)->counters();
        out.requests += counters.requests;
        out.failures += counters.failures;
        for (const auto& r : (*one)->routes()) {
            for (std::size_t i = 0; i < out.latency.buckets.size(); ++i)
                out.latency.buckets[i] += r.latency.buckets[i];
        }
    }
    return out;
}

void figures::sample(steady_time now) {
    const auto taken = count(now);
    const std::scoped_lock lock(mutex_);
    samples_.push_back(taken);
    if (samples_.size() > samples_max) samples_.pop_front();
}

topology::process_figures figures::now(steady_time now) const {
    using std::chrono::milliseconds;
    const auto all = count(now);
    topology::process_figures out;
    out.requests = all.requests;
    out.failures = all.failures;
    out.uptime_ms =
        static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(now - began_).count());
    out.memory_bytes = proportional_memory_bytes();
    const std::scoped_lock lock(mutex_);
    const counted before = samples_.empty() ? counted{began_, 0, 0, {}} : samples_.front();
    auto recent = all.latency;
    for (std::size_t i = 0; i < recent.buckets.size(); ++i)
        recent.buckets[i] -= before.latency.buckets[i];
    out.p50_us = quantile_us(recent, 0.5);
    out.p99_us = quantile_us(recent, 0.99);
    const auto ms = std::chrono::duration_cast<milliseconds>(now - before.at).count();
    if (ms > 0)
        out.requests_per_s =
            (all.requests - before.requests) * 1000 / static_cast<std::uint64_t>(ms);
    return out;
}

}  // namespace cleave::app
