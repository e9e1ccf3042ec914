#pragma once
// Waits for a condition and never for time to pass: a limit is only there so that a test ends.
#include <poll.h>

#include <chrono>

namespace cleave::test {

// For what takes milliseconds on a fast day; a loaded machine under a sanitizer has slow ones.
inline constexpr std::chrono::seconds patience{60};

// True as soon as `holds()` is; false where it still is not when the time is over.
template <class F>
bool eventually(F&& holds, std::chrono::milliseconds limit = patience) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= until) return false;
        ::poll(nullptr, 0, 2);  // Lets the others work between two looks.
    }
    return true;
}

}  // namespace cleave::test
