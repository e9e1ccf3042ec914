#include <app/authority_watch.hpp>
#include <base/timer.hpp>
#include <telemetry/log.hpp>

namespace cleave::app {

namespace {

constexpr std::chrono::seconds answer_timeout(5);
constexpr std::chrono::milliseconds again_after(100);
constexpr std::int64_t feed_wait_ms = 20'000;

query_context until(std::chrono::milliseconds from_now) {
    query_context context;
    context.deadline = std::chrono::steady_clock::now() + from_now;
    return context;
}

}  // namespace

async<void> authority_watch::run() {
    while (!stopped_) {
        const bool known = at_ || co_await read_all();
        bool read = known && co_await read_feed();
        // While this process did not run, the feed may have dropped what is still of consequence.
        if (read && at_ && !has_all_) read = co_await read_all();
        if (!read) co_await resume_after(again_after);
    }
}

// The first page says from where the feed tells what no page does. Without a place in the feed
// nothing that is known counts any more; else nothing of it is taken back, since answers may have
// told more meanwhile.
async<bool> authority_watch::read_all() {
    std::vector<authority_changed> all;
    gateway::feed_place place;
    users::exceptions_request request;
    for (bool more = true; more;) {
        auto page = co_await users_.list_exceptions(until(answer_timeout), request);
        if (!page || stopped_) co_return false;
        if (request.after == 0) place.position = page->feed_position;
        all.insert(all.end(), page->changes.begin(), page->changes.end());
        request.after = page->last;
        more = page->more;
    }
    if (at_) {
        changes_.apply(all, at_);
    } else {
        changes_.replace(all, place);
        at_ = place;
    }
    has_all_ = true;
    co_return true;
}

async<bool> authority_watch::read_feed() {
    events::feed_request request;
    request.after = at_->position;
    request.limit = events::feed_limit_max;
    request.wait_ms = caught_up_ ? feed_wait_ms : 0;
    if (at_->epoch != 0) request.epoch = at_->epoch;
    const auto patience = std::chrono::milliseconds(request.wait_ms) + answer_timeout;
    auto page = co_await feed_.read(until(patience), request);
    if (!page || stopped_) co_return false;
    if (page->gone.value_or(false)) {
        // Another log than the one followed so far, so what it told may never have been.
        at_.reset();
        co_return true;
    }
    at_->epoch = page->epoch.value_or(0);
    std::vector<authority_changed> changes;
    for (const auto& event : page->events) {
        at_->position = event.id;
        if (event.kind != authority_changed::kind) continue;
        if (auto change = decode<authority_changed>(event.body))
            changes.push_back(*change);
        else
            log::error("gateway", "event {} of users is unreadable: {}", event.id,
                       change.error().detail);
    }
    changes_.apply(changes, at_);
    if (page->events.empty() && has_all_) caught_up_ = true;
    co_return true;
}

}  // namespace cleave::app
