#include <algorithm>
#include <base/timer.hpp>
#include <events/follower.hpp>
#include <telemetry/log.hpp>

namespace cleave::events {

void subscription::apply(sqlite::connection& db, const event& e) const {
    if (const auto found = handlers_.find(e.kind); found != handlers_.end()) found->second(db, e);
}

follower::follower(outbox& own, subscription what, feed& source, limits l)
    : store_(own.store()), sql_(own.sql()), what_(std::move(what)), source_(source), limits_(l) {
}

async<void> follower::run() {
    const auto stored = store_.try_read(steady_time::max(), [this](sqlite::connection& db) {
        auto row = db.query(sql_.read_cursor, what_.publisher());
        return row.step() ? row.integer(0) : 0;
    });
    position_ = stored.value_or(0);  // The job reads it again: a wrong one costs a round trip.
    while (!stopped_) {
        query_context context;
        context.deadline = std::chrono::steady_clock::now() +
                           std::chrono::milliseconds(limits_.wait_ms) + std::chrono::seconds(5);
        // One at a time where an event makes trouble, so that it is known which.
        feed_request request;
        request.after = position_;
        request.limit = position_ < one_by_one_until_ ? 1 : limits_.batch_events_max;
        request.wait_ms = limits_.wait_ms;
        auto page = co_await source_.read(context, request);
        if (stopped_) co_return;
        const bool answered = page.has_value();
        const bool applied =
            answered && (page->events.empty() || co_await apply_page(std::move(*page)));
        failures_ = applied ? 0 : failures_ + 1;
        if (!applied) co_await back_off();
    }
}

// The whole page in one job; the cursor that counts is the one in the database.
async<bool> follower::apply_page(feed_page page) {
    const bool give_up = attempts_ >= limits_.attempts_max;
    if (give_up)
        log::error("events", "parked event {} ({}) of {} for {} after {} attempts",
                   page.events.front().id, page.events.front().kind, what_.publisher(),
                   store_.module(), attempts_);
    const bool single = page.events.size() == 1;
    const std::int64_t last = page.events.back().id;
    auto job = [this, give_up,
                events = std::move(page.events)](sqlite::connection& db) -> result<std::int64_t> {
        const auto& feed = what_.publisher();
        std::int64_t position = 0;
        if (auto row = db.query(sql_.read_cursor, feed); row.step()) position = row.integer(0);
        for (const auto& e : events) {
            if (e.id <= position) continue;
            const bool queue_behind = db.query(sql_.is_parked, feed, e.key).step();
            if (give_up || queue_behind)
                db.run(sql_.park, feed, e.id, e.kind, e.key, e.at, e.body);
            else
                what_.apply(db, e);
            position = e.id;
        }
        db.run(sql_.move_cursor, feed, position);
        return position;
    };
    auto applied =
        co_await store_.writer().submit<std::int64_t>(steady_time::max(), std::move(job));
    if (applied) {
        position_ = *applied;
        attempts_ = 0;
        co_return true;
    }
    // A full disk or a stopping writer says nothing against the event.
    if (applied.error().code == errc::internal) {
        one_by_one_until_ = std::max(one_by_one_until_, last);
        if (single) ++attempts_;
    }
    co_return false;
}

async<void> follower::back_off() {
    using namespace std::chrono;
    const auto wait =
        std::min(limits_.backoff_max, milliseconds(5) * (1 << std::min(failures_, 6)));
    co_await resume_after(wait);
}

}  // namespace cleave::events
