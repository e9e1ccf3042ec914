#pragma once
// Applies one feed to one module's database. The cursor moves in the transaction of the effects, so
// each event takes effect exactly once, whatever is killed when, and however often it is delivered.
//
// A publisher that does not answer is not a failure: the follower waits, at most 250 ms. An event
// whose handler throws is tried 20 times, then parked under its key; later events of that key queue
// behind it, all others go on. Nothing is lost: a parked event stays in <module>_parked until an
// operator has it retried or dropped (parked.hpp).
//
// A feed of another epoch than the one followed so far is another log: what was built from the old
// one is cleared by the subscription's on_reset(), and the new one is read from its beginning, or
// from where its epoch begins.
//
// The delivery of an event is a span of the request that caused it, where that is recorded.
#include <events/event.hpp>
#include <events/outbox.hpp>
#include <events/subscription.hpp>
#include <telemetry/recorder.hpp>

namespace cleave::events {

class follower {
public:
    struct limits {
        std::int64_t batch_events_max = 256;
        std::int64_t wait_ms = 20'000;
        int attempts_max = 20;
        std::chrono::milliseconds backoff_max{250};
        telemetry::span_mode reached = telemetry::span_mode::direct;  // the feed
    };

    follower(outbox& own, subscription what, feed& source, limits l,
             const wall_clock& clock = system_clock());

    // On one I/O thread, until stop().
    async<void> run();
    void stop() { stopped_ = true; }

private:
    struct cursor {
        std::int64_t position = 0;
        std::int64_t epoch = 0;  // 0: of none yet
    };
    cursor read_cursor(sqlite::connection& db) const;
    feed_request next_request() const;
    async<bool> apply_page(feed_page page);  // false: try again later
    async<bool> start_over(feed_page page);  // the same
    result<cursor> apply_events(sqlite::connection& db, const feed_page& page, cursor asked,
                                bool give_up, std::string& why) const;
    trace_context recorded_trace(const event& e) const;
    bool begins_trace(const feed_page& page) const;
    void record(const feed_page& page, steady_time arrived) const;
    async<void> back_off();

    sqlite::database& store_;
    const event_sql& sql_;
    subscription what_;
    feed& source_;
    limits limits_;
    const wall_clock& clock_;
    const std::uint32_t task_name_;  // of the span of a page that no request has caused
    std::atomic<bool> stopped_ = false;
    cursor at_;
    std::int64_t one_by_one_until_ = 0;  // the end of a page that failed as a whole
    int attempts_ = 0;                   // of the one event after the position
    std::string why_;                    // the last of them failed
    int failures_ = 0;                   // in a row, of whatever kind
};

}  // namespace cleave::events
