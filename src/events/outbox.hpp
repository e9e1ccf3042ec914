#pragma once
// A module's own events: appended in the transaction of the change, read by whoever follows.
#include <atomic>
#include <events/event.hpp>
#include <events/signal.hpp>
#include <events/tables.hpp>

namespace cleave::events {

class outbox final : public feed {
public:
    // Makes the event tables where they are missing and listens to the writer's commits: before the
    // first write job.
    explicit outbox(sqlite::database& store);

    // Inside a write job. `Event` is a described type with a static `kind`.
    template <class Event>
    void append(sqlite::connection& db, std::int64_t key, timestamp at, const Event& what) {
        append_raw(db, Event::kind, key, at, encode(what));
    }
    void append_raw(sqlite::connection& db, std::string_view kind, std::int64_t key, timestamp at,
                    const std::string& body);

    task<feed_page> read(query_context context, feed_request request) override;

    // Ends every wait: at shutdown, so that no reader holds it up.
    void close();

    const event_sql& sql() const { return sql_; }
    sqlite::database& store() { return store_; }

private:
    sqlite::database& store_;
    event_sql sql_;
    signal appended_;
    std::atomic<bool> appending_ = false;
    std::atomic<bool> closed_ = false;
};

}  // namespace cleave::events
