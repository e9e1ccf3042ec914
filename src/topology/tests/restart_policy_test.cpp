#include <catch2/catch.hpp>
#include <topology/restart_policy.hpp>
#include <vector>

using namespace cleave;
using namespace cleave::topology;
using namespace std::chrono_literals;

namespace {

const steady_time now{100s};

std::chrono::milliseconds delay_after_exit(restart_policy& policy) {
    policy.started();
    return std::chrono::duration_cast<std::chrono::milliseconds>(policy.exited(now) - now);
}

}  // namespace

TEST_CASE("what had been ready is started again at once, as often as it takes") {
    restart_policy policy;
    for (int i = 0; i < 20; ++i) {
        policy.started();
        policy.became_ready();
        CHECK(policy.exited(now) == now);
        CHECK_FALSE(policy.failed());
    }
}

TEST_CASE("exits before ready are given ever more time, and ten in a row are a failure") {
    restart_policy policy;
    std::vector<std::chrono::milliseconds> delays;
    for (int i = 0; i < 9; ++i) {
        delays.push_back(delay_after_exit(policy));
        CHECK_FALSE(policy.failed());
    }
    CHECK(delays == std::vector<std::chrono::milliseconds>{50ms, 100ms, 200ms, 400ms, 800ms, 1600ms,
                                                           3200ms, 5000ms, 5000ms});
    CHECK(delay_after_exit(policy) == 30s);
    CHECK(policy.failed());
    CHECK(delay_after_exit(policy) == 30s);
    CHECK(policy.failed());
}

TEST_CASE("being ready once is a fresh start") {
    restart_policy policy;
    for (int i = 0; i < 12; ++i) delay_after_exit(policy);
    policy.started();
    policy.became_ready();
    CHECK_FALSE(policy.failed());
    CHECK(policy.exited(now) == now);
    CHECK(delay_after_exit(policy) == 50ms);
}
