#pragma once
// A transaction over modules, as data: steps that name a module and an action which that module has
// registered. Whoever orchestrates knows names alone, and includes nobody's headers.
//
// Before the pivot every step can be undone: a failure for good there undoes all that was done, in
// reverse order. From the pivot on there is only forward: a step is tried until it succeeds, or a
// failure for good leaves the saga stuck for an operator. (Garcia-Molina & Salem, "Sagas", 1987.)
#include <contract/method.hpp>
#include <optional>
#include <string>
#include <vector>

namespace cleave::saga {

struct step {
    std::string module{};
    std::string action{};
    std::optional<std::string> undo{};  // the action that takes it back; none: there is nothing to
};
BOOST_DESCRIBE_STRUCT(step, (), (module, action, undo))

// Kept with each saga, so that another release finishes what this one began.
struct plan {
    std::string kind{};  // "account_deletion"
    std::vector<step> steps{};
    std::int64_t pivot = 0;  // the first step that is not undone any more
};
BOOST_DESCRIBE_STRUCT(plan, (), (kind, steps, pivot))

enum class saga_state {
    running,
    undoing,    // a step before the pivot has failed for good
    completed,  // every step is done
    undone,     // all is as it was
    stuck,      // an operator must see to it
};
BOOST_DESCRIBE_ENUM(saga_state, running, undoing, completed, undone, stuck)

enum class step_state { pending, running, done, undoing, undone, stuck };
BOOST_DESCRIBE_ENUM(step_state, pending, running, done, undoing, undone, stuck)

constexpr bool is_over(saga_state s) {
    return s == saga_state::completed || s == saga_state::undone;
}

// Where a saga is. Steps before `position` may have had an effect that stands; those from there up
// to `reached` had one that was undone.
struct progress {
    saga_state state = saga_state::running;
    bool back = false;  // it undoes, or did so when it got stuck
    std::int64_t position = 0;
    std::int64_t reached = 0;
    bool operator==(const progress&) const = default;
};

// What becomes of it. Decisions without I/O.
progress after_success(progress at, const plan& what);
progress after_failure(progress at, const plan& what);  // for good
progress after_retry(progress at);                      // of one that is stuck

// The step that is to be done or undone now.
std::int64_t current_step(const progress& at);
step_state state_of(const progress& at, std::int64_t step);

// Whether trying again may help: nothing was done, nobody knows, or there was no room.
bool is_temporary(errc code);

}  // namespace cleave::saga
