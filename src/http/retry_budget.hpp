#pragma once
// How much may be sent again. Retries of all that fails would double the load on what is failing
// because of its load; so they are a share of the requests of the last seconds, and a few in any
// case (Finagle's RetryBudget has it so: https://twitter.github.io/finagle/guide/Clients.html).
#include <base/clock.hpp>

namespace cleave::http {

struct retry_limits {
    unsigned percent = 20;  // of the requests of this window and the one before
    unsigned least = 3;     // may be in any case
    std::chrono::milliseconds window{5'000};
};

// Of one thread.
class retry_budget {
public:
    explicit retry_budget(retry_limits limits = {}) : limits_(limits) {}

    void request(steady_time now) {
        turn(now);
        ++requests_;
    }

    // Whether one more may be; it counts then.
    bool take(steady_time now) {
        turn(now);
        const auto allowed = (requests_ + requests_before_) * limits_.percent / 100;
        if (retries_ + retries_before_ >= std::max<std::uint64_t>(allowed, limits_.least))
            return false;
        ++retries_;
        return true;
    }

private:
    void turn(steady_time now) {
        if (now < ends_) return;
        const bool next = now < ends_ + limits_.window;
        requests_before_ = next ? requests_ : 0;
        retries_before_ = next ? retries_ : 0;
        requests_ = retries_ = 0;
        ends_ = now + limits_.window;
    }

    retry_limits limits_;
    steady_time ends_{};
    std::uint64_t requests_ = 0, requests_before_ = 0, retries_ = 0, retries_before_ = 0;
};

}  // namespace cleave::http
