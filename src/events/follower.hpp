#pragma once
// Applies one feed to one module's database. The cursor moves in the transaction of the effects, so
// each event takes effect exactly once, whatever is killed when, and however often it is delivered.
//
// A publisher that does not answer is not a failure: the follower waits, at most 250 ms. An event
// whose handler throws is tried 20 times, then parked under its key; later events of that key queue
// behind it, all others go on. Nothing is lost: a parked event stays in <module>_parked.
#include <events/event.hpp>
#include <events/outbox.hpp>
#include <functional>
#include <map>

namespace cleave::events {

// What a module does with the events of one other module.
class subscription {
public:
    explicit subscription(std::string publisher) : publisher_(std::move(publisher)) {}

    // `apply(connection&, const Event&, const event&)`, inside a write job: synchronous,
    // repeatable. Kinds that nobody asked for are passed over.
    template <class Event, class F>
    subscription& on(F apply) {
        handlers_[Event::kind] = [apply](sqlite::connection& db, const event& e) {
            const auto body = decode<Event>(e.body);
            if (!body) throw std::runtime_error("unreadable event: " + body.error().detail);
            apply(db, *body, e);
        };
        return *this;
    }

    const std::string& publisher() const { return publisher_; }
    void apply(sqlite::connection& db, const event& e) const;

private:
    std::string publisher_;
    std::map<std::string, std::function<void(sqlite::connection&, const event&)>, std::less<>>
        handlers_;
};

class follower {
public:
    struct limits {
        std::int64_t batch_events_max = 256;
        std::int64_t wait_ms = 20'000;
        int attempts_max = 20;
        std::chrono::milliseconds backoff_max{250};
    };

    follower(outbox& own, subscription what, feed& source, limits l);

    // On one I/O thread, until stop().
    async<void> run();
    void stop() { stopped_ = true; }

private:
    async<bool> apply_page(feed_page page);  // false: try again later
    async<void> back_off();

    sqlite::database& store_;
    const event_sql& sql_;
    subscription what_;
    feed& source_;
    limits limits_;
    std::atomic<bool> stopped_ = false;
    std::int64_t position_ = 0;
    std::int64_t one_by_one_until_ = 0;  // the end of a page that failed as a whole
    int attempts_ = 0;                   // of the one event after position_
    int failures_ = 0;                   // in a row, of whatever kind
};

}  // namespace cleave::events
