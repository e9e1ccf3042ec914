#include <algorithm>
#include <topology/restart_policy.hpp>

namespace cleave::topology {

void restart_policy::became_ready() {
    ready_ = true;
    early_exits_ = 0;
}

steady_time restart_policy::exited(steady_time now) {
    if (ready_) return now + limits_.ready_delay;
    early_exits_ = std::min(early_exits_ + 1, limits_.early_exits_max);
    if (failed()) return now + limits_.failed_retry;
    auto delay = std::min(limits_.first_delay, limits_.delay_max);
    for (unsigned i = 1; i < early_exits_ && delay < limits_.delay_max; ++i)
        delay = std::min(delay * 2, limits_.delay_max);
    return now + delay;
}

}  // namespace cleave::topology
