#pragma once
// Turns some requests away while more come than can be answered, so that the others are answered
// in time. For one thread.
//
// What is measured is how long what is ready waits for its turn on the thread. One long wait is
// nothing; that even the shortest one of a while is long says that there is a queue that stands
// (RFC 8289). Of the requests a share is turned away that follows the delay and its growth (the
// controller of RFC 8033), so the queue stays about as long as it may be, and the thread busy.
#include <base/clock.hpp>
#include <chrono>
#include <utility>

namespace cleave::http {

inline constexpr std::chrono::milliseconds shed_interval{100};
// So many intervals with a queue before anything is turned away.
inline constexpr unsigned shed_patience = 3;

class load_shedder {
public:
    using delay = std::chrono::nanoseconds;

    // How long something ready had to wait, or has waited so far. `longest`: how long it may; 0:
    // nothing is turned away.
    void measured(delay waited, delay longest, steady_time now);
    // Whether an interval has ended, so that what waits still counts too.
    bool is_due(steady_time now) const { return now >= interval_ends_; }

    // Whether the next request is one that is turned away.
    bool sheds() {
        if (share_ == 0) return false;
        due_ += share_;
        if (due_ < 1) return false;
        due_ -= 1;
        return true;
    }
    double share() const { return share_; }  // of the requests

private:
    void adapt(delay shortest, delay longest);

    steady_time interval_ends_{};
    delay shortest_ = delay::max();  // in this interval
    delay before_{};                 // in the one before
    unsigned queued_ = 0;            // intervals in a row in which there was a queue
    double share_ = 0;
    double due_ = 0;
};

}  // namespace cleave::http
