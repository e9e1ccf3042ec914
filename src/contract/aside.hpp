#pragma once
// Questions by the way: what an answer is poorer without, and good all the same.
#include <algorithm>
#include <chrono>
#include <contract/context.hpp>

namespace cleave {

inline constexpr std::chrono::milliseconds aside_timeout{1'000};

// For such a question: half of the time that is left at most, so that whoever is asked may hang and
// the answer still comes in time. After a commit that is what keeps a 504 away from what was done.
inline query_context aside(query_context context) {
    const auto now = std::chrono::steady_clock::now();
    const auto half = now + (context.deadline - now) / 2;
    context.deadline = std::min(half, now + aside_timeout);
    return context;
}

}  // namespace cleave
