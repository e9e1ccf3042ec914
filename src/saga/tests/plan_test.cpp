#include <catch2/catch.hpp>
#include <saga/plan.hpp>

using namespace cleave;
using namespace cleave::saga;

namespace {

// Two steps that can be undone, and two that cannot.
plan four_steps() {
    return {"test", {{"a", "do", "undo"}, {"b", "do", "undo"}, {"b", "end"}, {"a", "end"}}, 2};
}

std::vector<step_state> states(const progress& at) {
    std::vector<step_state> out;
    for (int i = 0; i < 4; ++i) out.push_back(state_of(at, i));
    return out;
}

}  // namespace

TEST_CASE("a saga goes from step to step until it is completed") {
    using enum step_state;
    progress at{saga_state::running, false, 1, 1};
    CHECK(states(at) == std::vector{done, running, pending, pending});
    for (int i = 0; i < 2; ++i) at = after_success(at, four_steps());
    CHECK(states(at) == std::vector{done, done, done, running});
    at = after_success(at, four_steps());
    CHECK(at.state == saga_state::completed);
    CHECK(states(at) == std::vector{done, done, done, done});
}

TEST_CASE("a failure for good before the pivot undoes the step that failed and those before it") {
    using enum step_state;
    progress at{saga_state::running, false, 1, 1};
    at = after_failure(at, four_steps());
    CHECK(at.state == saga_state::undoing);
    CHECK(current_step(at) == 1);
    CHECK(states(at) == std::vector{done, undoing, pending, pending});
    at = after_success(at, four_steps());
    CHECK(states(at) == std::vector{undoing, undone, pending, pending});
    at = after_success(at, four_steps());
    CHECK(at.state == saga_state::undone);
    CHECK(states(at) == std::vector{undone, undone, pending, pending});
}

TEST_CASE("a failure for good after the pivot, or while undoing, leaves a saga stuck") {
    using enum step_state;
    progress at{saga_state::running, false, 2, 2};
    at = after_failure(at, four_steps());
    CHECK(at.state == saga_state::stuck);
    CHECK(states(at) == std::vector{done, done, stuck, pending});
    CHECK(after_retry(at) == progress{saga_state::running, false, 2, 2});

    progress back{saga_state::undoing, true, 1, 2};
    back = after_failure(back, four_steps());
    CHECK(states(back) == std::vector{stuck, undone, pending, pending});
    CHECK(after_retry(back) == progress{saga_state::undoing, true, 1, 2});
}
