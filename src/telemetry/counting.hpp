#pragma once
// What is counted where it happens: by one thread, without locks, and read by whoever asks.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace cleave::telemetry {

// Written by one thread, read by any: so a plain load and store each, and no locked instruction.
class counter {
public:
    void add(std::uint64_t n) {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    std::uint64_t load() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

// Upper bounds of the buckets of every latency histogram; one more is without bound. About two and
// a half a decade, from a read of the cache to a call's deadline.
inline constexpr std::array<std::chrono::microseconds, 16> latency_bounds = [] {
    using us = std::chrono::microseconds;
    return std::array{us(50),      us(100),       us(250),       us(500),
                      us(1'000),   us(2'500),     us(5'000),     us(10'000),
                      us(25'000),  us(50'000),    us(100'000),   us(250'000),
                      us(500'000), us(1'000'000), us(2'500'000), us(10'000'000)};
}();

struct latencies {  // a sum of histograms
    std::array<std::uint64_t, latency_bounds.size() + 1> buckets{};
    std::uint64_t sum_ns = 0;

    std::uint64_t count() const {
        std::uint64_t all = 0;
        for (const auto n : buckets) all += n;
        return all;
    }
};

class latency_histogram {
public:
    void add(std::chrono::nanoseconds took) {
        std::size_t i = 0;
        while (i < latency_bounds.size() && took > latency_bounds[i]) ++i;
        buckets_[i].add(1);
        sum_ns_.add(static_cast<std::uint64_t>(took.count()));
    }
    void add_to(latencies& sum) const {
        for (std::size_t i = 0; i < buckets_.size(); ++i) sum.buckets[i] += buckets_[i].load();
        sum.sum_ns += sum_ns_.load();
    }

private:
    std::array<counter, latency_bounds.size() + 1> buckets_;
    counter sum_ns_;
};

// One T a key for a thread to count in; made when it first does so, kept as long as the table.
template <class T, std::size_t Size>
class lazy_table {
public:
    lazy_table() = default;
    lazy_table(const lazy_table&) = delete;
    ~lazy_table() {
        for (auto& slot : slots_) delete slot.load();
    }

    // By one thread for each key. Keys past the end share the last slot.
    T& at(std::size_t key) {
        auto& slot = slots_[key < Size ? key : Size - 1];
        T* found = slot.load(std::memory_order_acquire);
        if (found) return *found;
        auto made = std::make_unique<T>();
        // Two threads may be here where a test has threads of its own.
        if (slot.compare_exchange_strong(found, made.get())) return *made.release();
        return *found;
    }
    // Null: nothing was counted.
    const T* find(std::size_t key) const { return slots_[key].load(std::memory_order_acquire); }
    static constexpr std::size_t size() { return Size; }

private:
    std::array<std::atomic<T*>, Size> slots_{};
};

}  // namespace cleave::telemetry
