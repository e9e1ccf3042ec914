#include <algorithm>
#include <saga/plan.hpp>

namespace cleave::saga {

progress after_success(progress at, const plan& what) {
    if (at.back) {
        --at.position;
        if (at.position == 0) at.state = saga_state::undone;
        return at;
    }
    ++at.position;
    at.reached = std::max(at.reached, at.position);
    if (at.position == static_cast<std::int64_t>(what.steps.size()))
        at.state = saga_state::completed;
    return at;
}

// The step that failed is undone too: an earlier attempt may have had an effect.
progress after_failure(progress at, const plan& what) {
    if (at.back || at.position >= what.pivot) {
        at.state = saga_state::stuck;
        return at;
    }
    at.back = true;
    at.state = saga_state::undoing;
    ++at.position;
    at.reached = std::max(at.reached, at.position);
    return at;
}

progress after_retry(progress at) {
    at.state = at.back ? saga_state::undoing : saga_state::running;
    return at;
}

std::int64_t current_step(const progress& at) {
    return at.back ? at.position - 1 : at.position;
}

step_state state_of(const progress& at, std::int64_t step) {
    if (!is_over(at.state) && step == current_step(at)) {
        if (at.state == saga_state::stuck) return step_state::stuck;
        return at.back ? step_state::undoing : step_state::running;
    }
    if (step < at.position) return step_state::done;
    return at.back && step < at.reached ? step_state::undone : step_state::pending;
}

bool is_temporary(errc code) {
    switch (code) {
        case errc::not_executed:
        case errc::outcome_unknown:
        case errc::rate_limited:
        case errc::storage_full: return true;
        default: return false;
    }
}

}  // namespace cleave::saga
