#pragma once
// Which cores the load generator runs on, and which the system under test.
#include <vector>

namespace cleave::compare {

// With two cores and more, the generator has the last to itself: else what is measured is in part
// how the two get into each other's way.
struct core_plan {
    std::vector<int> generator;
    std::vector<int> system;  // the same for every mode
    bool are_apart() const { return generator != system; }
};
core_plan plan_cores(const std::vector<int>& usable);

// Those this process may use.
std::vector<int> usable_cores();

// Keeps the calling thread on some cores for a while.
class pinned {
public:
    explicit pinned(const std::vector<int>& cores);
    ~pinned();
    pinned(const pinned&) = delete;

private:
    std::vector<int> before_;
};

// Lets the calling thread run before all that is not real time (man 7 sched: SCHED_FIFO) for as
// long as this lives, where that is allowed: what keeps the generator waiting looks like latency.
// Whom it starts meanwhile has nothing of it.
class preferred {
public:
    preferred();
    ~preferred();
    preferred(const preferred&) = delete;
};

// Of the calling thread; safe between fork and exec. False where the kernel refuses.
bool pin_to(const std::vector<int>& cores) noexcept;

}  // namespace cleave::compare
