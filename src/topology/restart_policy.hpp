#pragma once
// When a process that ended is started again.
#include <base/clock.hpp>
#include <chrono>

namespace cleave::topology {

struct restart_limits {
    std::chrono::milliseconds ready_delay{0};   // of what had been ready: at once
    std::chrono::milliseconds first_delay{50};  // doubled by each further exit before ready
    std::chrono::milliseconds delay_max{5'000};
    unsigned early_exits_max = 10;  // in a row; then it has failed
    std::chrono::milliseconds failed_retry{30'000};
};

// Of one process. What had been ready is started again at once: it was fine, and its callers wait
// (a delay is for looking at an outage). What ends before it is ready will likely do so again, so
// it is given ever more time; after ten such ends in a row it counts as failed and is only tried
// now and then.
class restart_policy {
public:
    explicit restart_policy(restart_limits limits = {}) : limits_(limits) {}

    void started() { ready_ = false; }
    void became_ready();
    // When to start it again.
    steady_time exited(steady_time now);
    bool failed() const { return early_exits_ >= limits_.early_exits_max; }

private:
    restart_limits limits_;
    unsigned early_exits_ = 0;
    bool ready_ = false;
};

}  // namespace cleave::topology
