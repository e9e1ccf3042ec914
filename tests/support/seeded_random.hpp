#pragma once
// Randomness that is the same in each run (splitmix64, https://prng.di.unimi.it/splitmix64.c).
#include <atomic>
#include <base/random.hpp>

namespace cleave::test {

class seeded_random final : public random_source {
public:
    explicit seeded_random(std::uint64_t seed = 1) : state_(seed) {}

    void fill(std::span<std::uint8_t> out) override {
        for (std::size_t at = 0; at < out.size();)
            for (std::uint64_t word = next(), n = 0; n < 8 && at < out.size(); ++n, word >>= 8)
                out[at++] = static_cast<std::uint8_t>(word);
    }

private:
    std::uint64_t next() {
        std::uint64_t z = state_.fetch_add(0x9e37'79b9'7f4a'7c15) + 0x9e37'79b9'7f4a'7c15;
        z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
        z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
        return z ^ (z >> 31);
    }

    std::atomic<std::uint64_t> state_;
};

}  // namespace cleave::test
