#include <algorithm>
#include <events/outbox.hpp>
#include <stdexcept>
#include <telemetry/recorder.hpp>

namespace cleave::events {

outbox::outbox(sqlite::database& store) : store_(store), sql_(store.module()) {
    if (!store_.is_owned_here()) {
        closed_ = true;
        return;
    }
    store_.writer().on_commit([this] {
        if (appending_.exchange(false)) appended_.raise();
    });
    const auto made =
        store_.writer().submit_blocking<nothing>([this](sqlite::connection& db) -> result<nothing> {
            make_event_tables(db, store_.module());
            auto row = db.query(sql_.read_self);
            row.step();
            self_ = {row.integer(0), row.integer(1)};
            consumers_.clear();
            auto known = db.query(sql_.read_consumers);
            while (known.step())
                consumers_.emplace(known.text(0), consumer{known.integer(1), known.time(2)});
            return nothing{};
        });
    if (!made)
        throw std::runtime_error("the event tables of " + std::string(store.module()) +
                                 " could not be made: " + made.error().detail);
}

void outbox::append_raw(sqlite::connection& db, std::string_view kind, std::int64_t key,
                        timestamp at, const std::string& body, bool passing) {
    std::optional<std::string> trace;
    if (db.trace().is_recorded()) trace = to_text(db.trace());
    db.run(sql_.append, kind, key, at, body, passing, trace);
    last_appended_ = db.last_insert_rowid();
    appending_.store(true);  // An undone job wakes readers in vain, which is harmless.
    if (inline_.empty()) return;
    const event appended{last_appended_, std::string(kind), key, at, body, trace};
    deliver(db, appended);
}

void outbox::deliver_to(const std::string& consumer, const subscription& what) {
    inline_.insert_or_assign(consumer, what);
    // It reads no feed any more.
    const std::scoped_lock lock(mutex_);
    consumers_.erase(consumer);
    delivered_to_.insert(consumer);
}

// What the handler took: the commit is the batch's. A job that is run twice is told of twice.
void outbox::record_delivery(const std::string& consumer, trace_context trace, steady_time begun,
                             const std::string& kind) const {
    const auto name = telemetry::span_name(consumer, fmt::format("{}.{}", store_.module(), kind));
    auto span = telemetry::begin_span(trace, telemetry::span_kind::delivery, name,
                                      telemetry::span_mode::direct);
    span.begin = begun;
    span.took = std::chrono::steady_clock::now() - begun;
    span.status = 200;
    span.jobs = 1;
    telemetry::record(span);
}

// What fails fails the publisher's job: the database's own errors as they are, since the writer
// tells them apart.
void outbox::deliver(sqlite::connection& db, const event& what) const {
    const bool recorded = db.trace().is_recorded();
    for (const auto& [consumer, subscribed] : inline_) {
        const auto begun = recorded ? std::chrono::steady_clock::now() : steady_time();
        try {
            subscribed.apply(db, what);
            if (recorded) record_delivery(consumer, db.trace(), begun, what.kind);
        } catch (const sqlite::error&) {
            throw;
        } catch (const std::exception& e) {
            throw std::runtime_error(fmt::format("{} could not apply {} of {}: {}", consumer,
                                                 what.kind, store_.module(), e.what()));
        }
    }
}

task<feed_page> outbox::read(query_context context, feed_request request) {
    const auto limit = std::clamp<std::int64_t>(request.limit, 1, feed_limit_max);
    const auto wait =
        std::chrono::milliseconds(std::clamp<std::int64_t>(request.wait_ms, 0, feed_wait_ms_max));
    const auto until = std::min(std::chrono::steady_clock::now() + wait, context.deadline);
    bool checked = false;
    for (;;) {
        const auto seen = appended_.now();
        if (closed_ && !checked) co_return not_executed();
        auto page = store_.try_read(context.deadline, [&](sqlite::connection& db) {
            feed_page found;
            found.after = request.after;
            found.epoch = self_.epoch;
            found.epoch_began_after = self_.began_after;
            if (!std::exchange(checked, true) && is_gone(db, request)) {
                found.gone = true;
                return found;
            }
            auto rows = db.query(sql_.read_feed, request.after, limit);
            std::size_t bytes = 0;
            while (rows.step()) {
                bytes += rows.text(4).size();
                if (!found.events.empty() && bytes > feed_page_bytes_max) break;
                found.events.push_back({rows.integer(0), std::string(rows.text(1)), rows.integer(2),
                                        rows.time(3), std::string(rows.text(4)),
                                        rows.optional_text(5)});
            }
            return found;
        });
        if (!page || page->gone) co_return page;
        note_consumer(request);
        if (!page->events.empty()) co_return page;
        // Who waits while it closes is told that there was nothing.
        if (closed_ || std::chrono::steady_clock::now() >= until) co_return page;
        co_await appended_.wait(seen, until);
    }
}

// A position after the log's end is one in a log that was longer: this one is older.
bool outbox::is_gone(sqlite::connection& db, const feed_request& request) const {
    if (request.epoch && *request.epoch != self_.epoch) return true;
    if (!request.consumer || request.after == 0) return false;
    auto head = db.query(sql_.read_head);
    return head.step() && request.after > head.integer(0);
}

void outbox::note_consumer(const feed_request& request) {
    if (!request.consumer) return;
    awaited_.note(*request.consumer, request.after);
    const std::scoped_lock lock(mutex_);
    if (consumers_.size() >= consumers_max && !consumers_.contains(*request.consumer)) return;
    consumers_[*request.consumer].position = request.after;
    asked_.insert(*request.consumer);
}

void outbox::close() {
    closed_ = true;
    appended_.raise();
    awaited_.close();
}

void outbox::reopen() {
    closed_ = false;
    awaited_.reopen();
}

result<outbox::state> outbox::look() const {
    auto found = store_.try_read(steady_time::max(), [this](sqlite::connection& db) {
        state s;
        const auto number = [&db](const std::string& sql, int column) {
            auto row = db.query(sql);
            return row.step() ? row.integer(column) : 0;
        };
        s.epoch = self_.epoch;
        s.head = number(sql_.read_head, 0);
        s.trimmed_to = number(sql_.read_self, 2);
        s.parked = number(sql_.count_parked, 0);
        return s;
    });
    if (!found) return found;
    const std::scoped_lock lock(mutex_);
    found->consumers = consumers_;
    for (const auto& name : delivered_to_) found->consumers[name].position = found->head;
    return found;
}

renewed_epoch renew_epoch(sqlite::connection& db, std::string_view module) {
    make_event_tables(db, module);
    const event_sql sql(module);
    const auto number = [&db](const std::string& text) {
        auto row = db.query(text);
        return row.step() ? row.integer(0) : 0;
    };
    renewed_epoch out;
    out.before = number(sql.read_self);
    out.head = number(sql.read_head);
    do {
        db.run(sql.renew_epoch, out.head);
        out.now = number(sql.read_self);
    } while (out.now == out.before);
    return out;
}

void adopt_epoch(sqlite::connection& db, std::string_view module, std::string_view publisher,
                 const renewed_epoch& epoch) {
    make_event_tables(db, module);
    const event_sql sql(module);
    db.run(sql.adopt_epoch, publisher, epoch.before, epoch.now, epoch.head);
}

}  // namespace cleave::events
