#include <algorithm>
#include <http/load_shedder.hpp>

namespace cleave::http {

namespace {

// A change of the share in an interval, for a delay that is too long by as much as it may be, and
// for one that has grown by as much.
constexpr double by_excess = 0.05;
constexpr double by_growth = 0.25;
constexpr double share_max = 0.95;  // somebody has to tell how it is
constexpr double forgotten_by = 0.9;
constexpr double share_least = 0.005;
// Nobody has come for so long: whatever there was, is gone.
constexpr auto idle_after = 10 * shed_interval;

}  // namespace

void load_shedder::measured(delay waited, delay longest, steady_time now) {
    if (longest.count() == 0 || now - waited - interval_ends_ > idle_after) {
        *this = {};
        interval_ends_ = now + shed_interval;
        if (longest.count() == 0) return;
    }
    shortest_ = std::min(shortest_, waited);
    if (now < interval_ends_) return;
    adapt(std::exchange(shortest_, delay::max()), longest);
    interval_ends_ = now + shed_interval;
}

void load_shedder::adapt(delay shortest, delay longest) {
    const auto in_longest = [longest](delay d) {
        return static_cast<double>(d.count()) / static_cast<double>(longest.count());
    };
    queued_ = shortest > longest ? queued_ + 1 : 0;
    const double grown = in_longest(shortest - std::exchange(before_, shortest));
    if (share_ == 0 && queued_ < shed_patience) return;
    share_ += by_excess * (in_longest(shortest) - 1) + by_growth * grown;
    if (2 * shortest < longest) share_ *= forgotten_by;
    share_ = std::clamp(share_, 0.0, share_max);
    if (share_ < share_least && shortest <= longest) share_ = 0;
}

}  // namespace cleave::http
