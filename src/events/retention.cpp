// What the log need not keep.
#include <algorithm>
#include <events/outbox.hpp>
#include <telemetry/log.hpp>

namespace cleave::events {

namespace {

timestamp before(timestamp now, std::chrono::milliseconds by) {
    return {now.unix_ms - by.count()};
}

}  // namespace

async<void> outbox::trim(timestamp now, retention keep, trace_context trace) {
    note_who_asked(now, keep);
    sqlite::write_terms terms(steady_time::max());
    terms.trace = trace;
    for (bool more = true; more && !closed_;) {
        auto job = [this, now, keep](sqlite::connection& db) { return trim_window(db, now, keep); };
        std::move_only_function<result<bool>(sqlite::connection&)> work = std::move(job);
        const auto done = co_await store_.writer().submit<bool>(terms, std::move(work));
        more = done && *done;  // A full disk: another time.
    }
}

void outbox::note_who_asked(timestamp now, const retention& keep) {
    const std::scoped_lock lock(mutex_);
    for (const auto& name : std::exchange(asked_, {})) consumers_[name].seen_at = now;
    const auto forgotten = before(now, keep.consumer_remembered_for);
    std::erase_if(consumers_, [forgotten](const auto& c) { return c.second.seen_at < forgotten; });
}

// True: there may be more. A window may hold nothing that is dropped; it is not looked at again.
result<bool> outbox::trim_window(sqlite::connection& db, timestamp now,
                                 const retention& keep) const {
    auto number = [&db](const std::string& sql, int column) {
        auto row = db.query(sql);
        return row.step() ? row.integer(column) : 0;
    };
    const auto head = number(sql_.read_head, 0), trimmed = number(sql_.read_self, 2);
    auto everybody_read_to = head;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [name, c] : consumers_) {
            everybody_read_to = std::min(everybody_read_to, c.position);
            db.run(sql_.keep_consumer, name, c.position, c.seen_at);
        }
    }
    db.run(sql_.forget_consumers, before(now, keep.consumer_remembered_for));

    const auto old = before(now, keep.passing_kept_for);
    std::int64_t to = trimmed, looked_at = 0;
    {
        auto rows = db.query(sql_.read_window, trimmed, everybody_read_to, keep.window_events);
        for (; rows.step(); ++looked_at) {
            const bool is_old = rows.time(1) < old;
            if (!is_old && head - rows.integer(0) < keep.passing_behind_head_max) break;
            to = rows.integer(0);
        }
    }
    if (to == trimmed) return false;
    db.run(sql_.drop_passing, trimmed, to);
    db.run(sql_.move_trimmed, to);
    return looked_at == keep.window_events;
}

}  // namespace cleave::events
