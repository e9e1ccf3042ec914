#include <events/inline_delivery.hpp>
#include <limits>
#include <telemetry/log.hpp>

namespace cleave::events {

namespace {

// In place of a position: all there is was applied.
constexpr std::int64_t always_at_the_end = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t events_a_job = 1'000;

struct place {
    std::int64_t position = 0, epoch = 0;
};

place read_place(sqlite::connection& db, const outbox& follower, std::string_view publisher) {
    auto row = db.query(follower.sql().read_cursor, publisher);
    return row.step() ? place{row.integer(0), row.integer(1)} : place{};
}

std::int64_t number(sqlite::connection& db, const std::string& sql) {
    auto row = db.query(sql);
    return row.step() ? row.integer(0) : 0;
}

std::vector<event> read_after(sqlite::connection& db, const outbox& publisher,
                              std::int64_t position) {
    std::vector<event> found;
    auto rows = db.query(publisher.sql().read_feed, position, events_a_job);
    while (rows.step())
        found.push_back({rows.integer(0), std::string(rows.text(1)), rows.integer(2), rows.time(3),
                         std::string(rows.text(4)), rows.optional_text(5)});
    return found;
}

class catching_up {
public:
    catching_up(outbox& publisher, outbox& follower, const subscription& what)
        : publisher_(publisher), follower_(follower), what_(what) {}

    // Inside a write job: some events, or the begin. True: not there yet.
    bool step(sqlite::connection& db, std::string& why) const {
        const auto& feed = what_.publisher();
        const place at = read_place(db, follower_, feed);
        if (at.position != always_at_the_end) {
            const auto epoch = number(db, publisher_.sql().read_self);
            check(db, at, epoch, why);
            const auto events = read_after(db, publisher_, at.position);
            for (const auto& e : events) what_.apply(db, e, why);
            const auto now = events.empty() ? always_at_the_end : events.back().id;
            db.run(follower_.sql().move_cursor, feed, now, epoch);
            if (!events.empty()) return true;
        }
        publisher_.deliver_to(std::string(follower_.store().module()), what_);
        return false;
    }

private:
    void check(sqlite::connection& db, const place& at, std::int64_t epoch,
               std::string& why) const {
        const std::optional<std::int64_t> any;
        if (db.query(follower_.sql().list_parked, what_.publisher(), any, 1).step())
            why = "some are parked: see `cleave events`";
        else if (at.epoch != 0 && at.epoch != epoch)
            why = "they are those of another log";
        else
            return;
        throw std::runtime_error(why);
    }

    outbox& publisher_;
    outbox& follower_;
    const subscription& what_;
};

}  // namespace

void begin_inline(outbox& publisher, outbox& follower, const subscription& what) {
    const catching_up work(publisher, follower, what);
    for (bool more = true; more;) {
        std::string why = "the database could not be written";
        const auto done = follower.store().writer().submit_blocking<bool>(
            [&](sqlite::connection& db) -> result<bool> { return work.step(db, why); });
        if (!done)
            throw std::runtime_error(
                fmt::format("the events of {} cannot be delivered inline to {} ({}): start once "
                            "with events.delivery = \"feed\"",
                            what.publisher(), follower.store().module(), why));
        more = *done;
    }
}

void end_inline(outbox& publisher, outbox& follower) {
    const std::string feed(publisher.store().module());
    const auto done = follower.store().writer().submit_blocking<nothing>(
        [&](sqlite::connection& db) -> result<nothing> {
            if (read_place(db, follower, feed).position != always_at_the_end) return nothing{};
            db.run(follower.sql().move_cursor, feed, number(db, publisher.sql().read_head),
                   number(db, publisher.sql().read_self));
            return nothing{};
        });
    if (!done)
        throw std::runtime_error(fmt::format("{} cannot follow {} again: {}",
                                             follower.store().module(), feed, done.error().detail));
}

}  // namespace cleave::events
