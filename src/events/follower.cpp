#include <algorithm>
#include <base/timer.hpp>
#include <events/follower.hpp>
#include <telemetry/log.hpp>
#include <telemetry/task_span.hpp>

namespace cleave::events {

namespace {

// Who starts from the beginning of a log records nothing of requests that nobody looks for.
constexpr std::int64_t recorded_for_ms = 10 * 60'000;

}  // namespace

follower::follower(outbox& own, subscription what, feed& source, limits l, const wall_clock& clock)
    : store_(own.store()),
      sql_(own.sql()),
      what_(std::move(what)),
      source_(source),
      limits_(l),
      clock_(clock),
      task_name_(telemetry::span_name(store_.module(), "follow " + what_.publisher())) {
}

follower::cursor follower::read_cursor(sqlite::connection& db) const {
    auto row = db.query(sql_.read_cursor, what_.publisher());
    return row.step() ? cursor{row.integer(0), row.integer(1)} : cursor{};
}

feed_request follower::next_request() const {
    feed_request r;
    r.after = at_.position;
    // One at a time where an event makes trouble, so that it is known which.
    r.limit = at_.position < one_by_one_until_ ? 1 : limits_.batch_events_max;
    r.wait_ms = limits_.wait_ms;
    r.consumer = store_.module();
    if (at_.epoch != 0) r.epoch = at_.epoch;
    return r;
}

async<void> follower::run() {
    const auto stored = store_.try_read(steady_time::max(),
                                        [this](sqlite::connection& db) { return read_cursor(db); });
    at_ = stored.value_or(cursor{});  // The job reads it again: a wrong one costs a round trip.
    while (!stopped_) {
        query_context context;
        context.deadline = std::chrono::steady_clock::now() +
                           std::chrono::milliseconds(limits_.wait_ms) + std::chrono::seconds(5);
        auto request = next_request();
        auto page = co_await source_.read(context, std::move(request));
        if (stopped_) co_return;
        bool done = false;
        if (page && page->gone.value_or(false))
            done = co_await start_over(std::move(*page));
        else if (page && at_.epoch != 0 && page->epoch.value_or(at_.epoch) != at_.epoch)
            done = false;  // The answer to another question.
        else if (page)
            done = page->events.empty() || co_await apply_page(std::move(*page));
        failures_ = done ? 0 : failures_ + 1;
        if (!done) co_await back_off();
    }
}

// The whole page in one job.
async<bool> follower::apply_page(feed_page page) {
    const bool give_up = attempts_ >= limits_.attempts_max;
    if (give_up)
        log::error({"events", store_.module()}, "parked event {} ({}) of {} after {} attempts: {}",
                   page.events.front().id, page.events.front().kind, what_.publisher(), attempts_,
                   why_);
    std::optional<telemetry::task_span> own;
    sqlite::write_terms terms(steady_time::max());
    if (begins_trace(page)) terms.trace = own.emplace(task_name_).trace();
    const bool single = page.events.size() == 1;
    const std::int64_t last = page.events.back().id;
    const auto arrived = std::chrono::steady_clock::now();
    // The coroutine is suspended until the job is done with it.
    std::string why;
    std::move_only_function<result<cursor>(sqlite::connection&)> job =
        [this, &page, &why, asked = at_, give_up](sqlite::connection& db) {
            return apply_events(db, page, asked, give_up, why);
        };
    auto applied = co_await store_.writer().submit<cursor>(terms, std::move(job));
    if (own) own->ended(applied ? 200 : http_status(applied.error().code), page.events.size());
    if (applied) {
        at_ = *applied;
        record(page, arrived);
        attempts_ = 0;
        co_return true;
    }
    // A full disk or a stopping writer says nothing against the event.
    if (applied.error().code == errc::internal) {
        one_by_one_until_ = std::max(one_by_one_until_, last);
        if (single) {
            ++attempts_;
            why_ = why;
        }
    }
    co_return false;
}

// The cursor that counts is the one in the database. Where it has moved into another epoch since
// the page was asked for, or events before it are missing, the page is of no use.
result<follower::cursor> follower::apply_events(sqlite::connection& db, const feed_page& page,
                                                cursor asked, bool give_up,
                                                std::string& why) const {
    const auto& feed = what_.publisher();
    const auto of_page = db.trace();
    cursor at = read_cursor(db);
    const auto begins_after = page.after.value_or(asked.position);
    if (at.epoch != asked.epoch || at.position < begins_after) return at;
    if (at.epoch == 0) at.epoch = page.epoch.value_or(0);
    for (const auto& e : page.events) {
        if (e.id <= at.position) continue;
        const bool queue_behind = db.query(sql_.is_parked, feed, e.key).step();
        if (give_up || queue_behind)
            db.run(sql_.park, feed, e.id, e.kind, e.key, e.at, e.body, clock_.now(),
                   give_up ? attempts_ : 0, give_up ? why_ : std::string());
        else {
            db.set_trace(e.trace ? trace_from_text(*e.trace) : of_page);
            what_.apply(db, e, why);
        }
        at.position = e.id;
    }
    db.run(sql_.move_cursor, feed, at.position, at.epoch);
    return at;
}

// Of whose request an event is, where that is still looked for; else not recorded.
trace_context follower::recorded_trace(const event& e) const {
    if (!e.trace || e.at.unix_ms < clock_.now().unix_ms - recorded_for_ms) return {};
    return trace_from_text(*e.trace);
}

// What nobody's request has caused begins here: old events, and those of who has no traces.
bool follower::begins_trace(const feed_page& page) const {
    return std::ranges::none_of(page.events,
                                [this](const event& e) { return recorded_trace(e).is_recorded(); });
}

// From the page's arrival until what it caused is durable.
void follower::record(const feed_page& page, steady_time arrived) const {
    const auto now = std::chrono::steady_clock::now();
    for (const auto& e : page.events) {
        trace_context trace = recorded_trace(e);
        if (!trace.is_recorded()) continue;
        const auto name = telemetry::span_name(store_.module(), what_.publisher() + "." + e.kind);
        auto span =
            telemetry::begin_span(trace, telemetry::span_kind::delivery, name, limits_.reached);
        span.begin = arrived;
        span.took = now - arrived;
        span.status = 200;
        span.jobs = static_cast<std::uint32_t>(page.events.size());
        telemetry::record(span);
    }
}

// What is parked goes too: it is told again, where it is to be told at all.
async<bool> follower::start_over(feed_page page) {
    const cursor now{what_.restarts() == subscription::restart::with_the_epoch
                         ? page.epoch_began_after.value_or(0)
                         : 0,
                     page.epoch.value_or(0)};
    std::move_only_function<result<cursor>(sqlite::connection&)> job =
        [this, now, asked = at_](sqlite::connection& db) -> result<cursor> {
        const cursor at = read_cursor(db);
        if (at.epoch != asked.epoch || at.position != asked.position) return at;
        what_.reset(db, at.epoch);
        db.run(sql_.forget_parked, what_.publisher());
        db.run(sql_.move_cursor, what_.publisher(), now.position, now.epoch);
        return now;
    };
    auto done = co_await store_.writer().submit<cursor>(steady_time::max(), std::move(job));
    if (!done) co_return false;
    log::warning({"events", store_.module()},
                 "the events of {} are those of another log: starts over after {}",
                 what_.publisher(), done->position);
    at_ = *done;
    attempts_ = 0;
    one_by_one_until_ = 0;
    co_return true;
}

async<void> follower::back_off() {
    using namespace std::chrono;
    const auto wait =
        std::min(limits_.backoff_max, milliseconds(5) * (1 << std::min(failures_, 6)));
    co_await resume_after(wait);
}

}  // namespace cleave::events
