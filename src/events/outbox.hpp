#pragma once
// A module's own events: appended in the transaction of the change, read by whoever follows.
//
// The log keeps what a newcomer needs, which is all but events that only pass (is_passing): those
// are dropped when they are old or many, and every known consumer has read them. So nobody is ever
// too late to start from the beginning.
#include <atomic>
#include <events/awaited.hpp>
#include <events/event.hpp>
#include <events/signal.hpp>
#include <events/subscription.hpp>
#include <events/tables.hpp>
#include <map>
#include <mutex>
#include <set>

namespace cleave::events {

struct retention {
    std::chrono::milliseconds passing_kept_for = std::chrono::days(7);
    std::int64_t passing_behind_head_max = 1'000'000;  // events between it and the last one
    // A consumer that has not asked for so long no longer keeps anything.
    std::chrono::milliseconds consumer_remembered_for = std::chrono::days(30);
    std::int64_t window_events = 1'000;  // looked at in one write job
};

class outbox final : public feed {
public:
    // Makes the event tables where they are missing and listens to the writer's commits: before the
    // first write job. In a replica it does neither, and is read by nobody: the feed is the
    // owner's.
    explicit outbox(sqlite::database& store);

    // Inside a write job. `Event` is a described type with a static `kind`.
    template <class Event>
    void append(sqlite::connection& db, std::int64_t key, timestamp at, const Event& what) {
        append_raw(db, Event::kind, key, at, encode(what), is_passing<Event>);
    }
    void append_raw(sqlite::connection& db, std::string_view kind, std::int64_t key, timestamp at,
                    const std::string& body, bool passing = false);

    // A command's write job, as the writer's submit(). Where events are awaited, its answer waits
    // until all who follow have applied what the job appended, at most until the deadline: then,
    // and where the feed is closed meanwhile, it is outcome_unknown. Without a deadline nobody
    // waits.
    template <class T>
    async<result<T>> commit(sqlite::write_terms terms,
                            std::move_only_function<result<T>(sqlite::connection&)> job) {
        if (!awaited_.any() || terms.deadline == steady_time::max())
            return store_.writer().submit<T>(terms, std::move(job));
        return commit_awaited<T>(terms, std::move(job));
    }
    // Before the first command: from now on these consumers are waited for.
    void await(std::vector<std::string> consumers) { awaited_.expect(std::move(consumers)); }
    // Returns when no command waits any more, or when the time is over.
    async<void> answer_who_waits(steady_time until) { return awaited_.settled(until); }

    // Inside a write job (inline_delivery.hpp): from now on each event is applied where it is
    // appended. Once a consumer, however often it is said.
    void deliver_to(const std::string& consumer, const subscription& what);

    task<feed_page> read(query_context context, feed_request request) override;

    // Makes durable how far consumers are and drops what need not be kept, a window at a time.
    async<void> trim(timestamp now, retention keep = {}, trace_context trace = {});

    // Ends every wait and refuses what comes: at shutdown, so that no reader holds it up, and where
    // another process becomes the owner.
    void close();
    void reopen();  // this one remains the owner

    struct consumer {
        std::int64_t position = 0;  // the last event that it has surely applied
        timestamp seen_at{};        // by trim()'s clock; until then that of the last one before
    };
    struct state {
        std::int64_t epoch = 0, head = 0, trimmed_to = 0, parked = 0;
        std::map<std::string, consumer> consumers{};
    };
    // Reads the database. For metrics.
    result<state> look() const;

    const event_sql& sql() const { return sql_; }
    sqlite::database& store() { return store_; }

private:
    struct self {
        std::int64_t epoch = 0, began_after = 0;
    };
    template <class T>
    async<result<T>> commit_awaited(sqlite::write_terms terms,
                                    std::move_only_function<result<T>(sqlite::connection&)> job);
    void deliver(sqlite::connection& db, const event& what) const;
    void record_delivery(const std::string& consumer, trace_context trace, steady_time begun,
                         const std::string& kind) const;
    bool is_gone(sqlite::connection& db, const feed_request& request) const;
    void note_consumer(const feed_request& request);
    void note_who_asked(timestamp now, const retention& keep);
    result<bool> trim_window(sqlite::connection& db, timestamp now, const retention& keep) const;

    sqlite::database& store_;
    event_sql sql_;
    self self_;
    signal appended_;
    std::map<std::string, subscription> inline_;  // by consumer; on the writer's thread alone
    std::atomic<bool> appending_ = false;
    std::int64_t last_appended_ = 0;  // on the writer's thread alone; 0: nothing in this job
    awaited_consumers awaited_;
    std::atomic<bool> closed_ = false;

    static constexpr std::size_t consumers_max = 100;
    mutable std::mutex mutex_;  // guards what follows
    std::map<std::string, consumer> consumers_;
    std::set<std::string> asked_;         // since the last trim()
    std::set<std::string> delivered_to_;  // inline
};

template <class T>
async<result<T>> outbox::commit_awaited(
    sqlite::write_terms terms, std::move_only_function<result<T>(sqlite::connection&)> job) {
    std::int64_t appended = 0;  // on this frame, which stays until the job is done
    std::move_only_function<result<T>(sqlite::connection&)> noting =
        [this, &appended, work = std::move(job)](sqlite::connection& db) mutable {
            last_appended_ = 0;
            auto answer = work(db);
            appended = last_appended_;
            return answer;
        };
    auto done = co_await store_.writer().submit<T>(terms, std::move(noting));
    if (!done || appended == 0) co_return done;
    const bool applied = co_await awaited_.reach(store_.module(), appended, terms);
    if (!applied) co_return outcome_unknown();
    co_return done;
}

// Inside a write job, after the database was restored from a backup: those who follow it notice.
// Returns the old epoch and the new.
struct renewed_epoch {
    std::int64_t before = 0, now = 0, head = 0;
};
renewed_epoch renew_epoch(sqlite::connection& db, std::string_view module);
// Inside a write job of a consumer that was restored from the same backup: it may go on.
void adopt_epoch(sqlite::connection& db, std::string_view module, std::string_view publisher,
                 const renewed_epoch& epoch);

}  // namespace cleave::events
