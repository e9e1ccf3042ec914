#include <sched.h>

#include <compare/cores.hpp>

namespace cleave::compare {

core_plan plan_cores(const std::vector<int>& usable) {
    if (usable.size() < 2) return {usable, usable};
    return {{usable.back()}, {usable.begin(), usable.end() - 1}};
}

std::vector<int> usable_cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    std::vector<int> out;
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return out;
    for (int core = 0; core < CPU_SETSIZE; ++core)
        if (CPU_ISSET(core, &set)) out.push_back(core);
    return out;
}

bool pin_to(const std::vector<int>& cores) noexcept {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int core : cores) CPU_SET(core, &set);
    return ::sched_setaffinity(0, sizeof set, &set) == 0;
}

pinned::pinned(const std::vector<int>& cores) : before_(usable_cores()) {
    pin_to(cores);
}

pinned::~pinned() {
    pin_to(before_);
}

preferred::preferred() {
    const sched_param lowest{.sched_priority = 1};
    ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest);
}

preferred::~preferred() {
    const sched_param none{};
    ::sched_setscheduler(0, SCHED_OTHER, &none);
}

}  // namespace cleave::compare
