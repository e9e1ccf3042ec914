#pragma once
// Randomness is handed in, so that a seed replays a run.
#include <cstdint>
#include <span>

namespace cleave {

class random_source {
public:
    virtual ~random_source() = default;
    // May be called from any thread.
    virtual void fill(std::span<std::uint8_t> out) = 0;
    std::uint64_t next_u64();
};

// The operating system's generator, through libsodium.
random_source& secure_random();

}  // namespace cleave
