#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <saga/orchestrator.hpp>
#include <telemetry/log.hpp>

namespace cleave::saga {

namespace {

constexpr std::chrono::seconds looks_again_after(5);

std::string text_of(const problem& p) {
    return fmt::format("{} {}", p.subject, p.detail);
}

}  // namespace

async<void> orchestrator::run() {
    const auto here = co_await asio::this_coro::executor;
    while (!stopped_) {
        const auto seen = sagas_.changed().now();
        const auto some = sagas_.unfinished(limits_.driven_max);
        if (some && sagas_.is_owned_here())
            for (const auto& id : *some)
                if (driven_.insert(id).second) asio::co_spawn(here, drive(id), asio::detached);
        co_await sagas_.changed().wait(seen, std::chrono::steady_clock::now() + looks_again_after);
    }
}

void orchestrator::stop() {
    stopped_ = true;
    sagas_.changed().raise();
}

async<void> orchestrator::drive(std::string id) {
    int waits = 0;
    while (!stopped_) {
        const auto before = sagas_.find(id);
        const bool done = co_await advance(id);
        if (done || stopped_) break;
        const auto after = sagas_.find(id);
        const bool moved = before && after && *before && *after && (*before)->at != (*after)->at;
        waits = moved ? 0 : std::min(waits + 1, 10);
        const auto pause = limits_.backoff_first * (1 << waits);
        co_await resume_after(std::min<std::chrono::milliseconds>(pause, limits_.backoff_max));
    }
    driven_.erase(id);
    sagas_.changed().raise();  // There is room for another.
}

async<bool> orchestrator::advance(std::string id) {
    while (!stopped_ && sagas_.is_owned_here()) {
        auto found = sagas_.find(id);
        if (!found) co_return false;
        if (!*found) co_return true;
        record now = std::move(**found);
        if (is_over(now.at.state) || now.at.state == saga_state::stuck) co_return true;
        const auto done = co_await perform(now);
        if (stopped_) co_return false;
        if (done && !done->finished) continue;
        if (!done) {
            if (!co_await fail_step(std::move(now), done.error())) co_return false;
            continue;
        }
        const auto to = after_success(now.at, now.plan);
        if (!co_await settle(std::move(now), to)) co_return false;
    }
    co_return false;
}

task<step_outcome> orchestrator::perform(const record& now) {
    const auto number = current_step(now.at);
    const step& what = now.plan.steps.at(static_cast<std::size_t>(number));
    if (now.at.back && !what.undo) co_return step_outcome{true};
    participant* const who = participants_(what.module);
    if (!who) co_return not_executed();
    command_context context;
    context.deadline = std::chrono::steady_clock::now() + limits_.call_timeout;
    step_request request{now.id, number, now.at.back ? *what.undo : what.action, now.subject};
    if (!now.at.back) co_return co_await who->run(context, std::move(request));
    auto undone = co_await who->undo(context, std::move(request));
    // Who does not know how to take it back has never done it.
    if (!undone && undone.error().code == errc::not_found) co_return step_outcome{true};
    co_return undone;
}

// True: it goes on, in whatever direction.
async<bool> orchestrator::fail_step(record now, problem why) {
    const auto number = current_step(now.at);
    const std::string error = fmt::format(
        "{}: {}", now.plan.steps.at(static_cast<std::size_t>(number)).module, text_of(why));
    const bool is_bug = why.code == errc::internal;
    const bool again = is_temporary(why.code) || (is_bug && now.bugs + 1 < limits_.bugs_max);
    const auto noted = co_await sagas_.note_failure(now.id, error, is_bug);
    if (again || !noted) co_return false;
    const auto to = after_failure(now.at, now.plan);
    if (to.state == saga_state::stuck)
        log::error("saga", "{} {} is stuck at step {}: {}; `cleave saga retry` goes on with it",
                   now.plan.kind, now.id, number, error);
    else
        log::warning("saga", "{} {} is undone, since step {} failed: {}", now.plan.kind, now.id,
                     number, error);
    co_return co_await settle(std::move(now), to);
}

async<bool> orchestrator::settle(record now, progress to) {
    const std::string text = fmt::format("{} {}", now.plan.kind, now.id);
    const auto noted = co_await sagas_.move(std::move(now), to);
    if (noted && is_over(to.state))
        log::info("saga", "{} is {}", text, describe::enum_to_string(to.state, ""));
    co_return noted.has_value();
}

}  // namespace cleave::saga
