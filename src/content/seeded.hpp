#pragma once
// Random numbers that a seed repeats on every machine, which the distributions of <random> do not
// promise. SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace cleave::content {

class seeded {
public:
    explicit seeded(std::uint64_t seed) : state_(seed) {}
    // One of many streams of a seed that have nothing to do with each other.
    seeded(std::uint64_t seed, std::uint64_t stream) : state_(seeded(seed).next() ^ mix(stream)) {}

    std::uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15); }
    // Above 0 and at most 1, in steps of 2^-53.
    double unit() { return static_cast<double>((next() >> 11) + 1) * 0x1p-53; }
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
    // The time between two arrivals of a Poisson process.
    double exponential(double mean) { return -mean * std::log(unit()); }

private:
    static std::uint64_t mix(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    std::uint64_t state_;
};

}  // namespace cleave::content
