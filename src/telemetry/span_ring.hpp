#pragma once
// The last so many spans of one thread. The thread writes without a lock, a locked instruction or
// an allocation; whoever reads copies what is whole and passes over what is just being written (a
// seqlock a slot: Boehm, Can Seqlocks Get Along with Programming Language Memory Models?, 2012,
// without fences: every word is an atomic of its own, with release and acquire).
#include <atomic>
#include <cstring>
#include <memory>
#include <optional>
#include <telemetry/span.hpp>

namespace cleave::telemetry {

class span_ring {
public:
    // Rounded up to a power of two.
    explicit span_ring(std::size_t spans) {
        std::size_t size = 1;
        while (size < spans) size *= 2;
        slots_ = std::make_unique<slot[]>(size);
        mask_ = size - 1;
    }

    // By one thread at a time.
    void put(const span& what) {
        const auto index = written_.load(std::memory_order_relaxed);
        slot& to = slots_[index & mask_];
        std::array<std::uint64_t, words> raw;
        std::memcpy(raw.data(), &what, sizeof what);
        to.version.store(2 * index + 1, std::memory_order_relaxed);
        for (std::size_t i = 0; i < words; ++i) to.word[i].store(raw[i], std::memory_order_release);
        to.version.store(2 * index + 2, std::memory_order_release);
        written_.store(index + 1, std::memory_order_release);
    }

    std::uint64_t written() const { return written_.load(std::memory_order_acquire); }
    std::size_t size() const { return mask_ + 1; }

    // The span that was written as number `index`, from any thread. Nothing: overwritten, or being
    // written.
    std::optional<span> get(std::uint64_t index) const {
        const slot& from = slots_[index & mask_];
        const auto expected = 2 * index + 2;
        if (from.version.load(std::memory_order_acquire) != expected) return std::nullopt;
        std::array<std::uint64_t, words> raw;
        for (std::size_t i = 0; i < words; ++i)
            raw[i] = from.word[i].load(std::memory_order_acquire);
        if (from.version.load(std::memory_order_relaxed) != expected) return std::nullopt;
        span out;
        std::memcpy(&out, raw.data(), sizeof out);
        return out;
    }

    // `see(span)` for all that are there, the latest first, while it returns true.
    template <class F>
    void each_backwards(F see) const {
        const auto end = written();
        const auto begin = end > size() ? end - size() : 0;
        for (auto i = end; i > begin; --i)
            if (const auto found = get(i - 1); found && !see(*found)) return;
    }

private:
    static constexpr std::size_t words = sizeof(span) / sizeof(std::uint64_t);
    struct slot {
        std::atomic<std::uint64_t> version{0};
        std::array<std::atomic<std::uint64_t>, words> word{};
    };

    std::unique_ptr<slot[]> slots_;
    std::size_t mask_ = 0;
    alignas(64) std::atomic<std::uint64_t> written_{0};
};

}  // namespace cleave::telemetry
