#pragma once
// What a module does with the events of one other module.
#include <events/event.hpp>
#include <functional>
#include <map>
#include <sqlite/connection.hpp>

namespace cleave::events {

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

    // Where to go on in a log that is not the one followed so far (the publisher's database was
    // restored, or made anew).
    enum class restart {
        from_the_beginning,  // for what is built from the events: it is built again
        with_the_epoch,      // for what an event causes once: what is told again is passed over
    };

    // `reset(connection&, std::int64_t old_epoch)`, inside a write job: repeatable. Makes what was
    // built from this publisher's events ready for being told them again, or, with_the_epoch, for
    // ids that come a second time. Without one, events that are told again are simply applied.
    template <class F>
    subscription& on_reset(restart where, F reset) {
        restart_ = where;
        reset_ = std::move(reset);
        return *this;
    }

    const std::string& publisher() const { return publisher_; }
    restart restarts() const { return restart_; }

    // Inside a write job. What a handler throws passes, and is told in `why`.
    void apply(sqlite::connection& db, const event& e, std::string& why) const;
    void apply(sqlite::connection& db, const event& e) const {
        std::string why;
        apply(db, e, why);
    }
    void reset(sqlite::connection& db, std::int64_t old_epoch) const;

private:
    std::string publisher_;
    std::map<std::string, std::function<void(sqlite::connection&, const event&)>, std::less<>>
        handlers_;
    std::function<void(sqlite::connection&, std::int64_t)> reset_;
    restart restart_ = restart::from_the_beginning;
};

}  // namespace cleave::events
