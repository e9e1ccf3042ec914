#pragma once
// Keeps an edge's knowledge of who may do what (gateway/authority.hpp) up to date: all of it from
// users once, then what users' feed tells. Answers of commands come first (gateway/edge.cpp); this
// brings what others changed, and what was changed while this process did not run.
#include <events/event.hpp>
#include <gateway/authority_journal.hpp>
#include <users/api.hpp>

namespace cleave::app {

class authority_watch {
public:
    // All must outlive it.
    authority_watch(users::api& users, events::feed& feed, gateway::authority_journal& changes)
        : users_(users), feed_(feed), changes_(changes), at_(changes.load()) {}

    // On one I/O thread, until stop(). Where users does not answer, what is known stays.
    async<void> run();
    void stop() { stopped_ = true; }

    // All was read once, and the feed to its end.
    bool has_caught_up() const { return caught_up_; }

private:
    async<bool> read_all();
    async<bool> read_feed();

    users::api& users_;
    events::feed& feed_;
    gateway::authority_journal& changes_;
    std::optional<gateway::feed_place> at_;
    bool has_all_ = false;  // since this process has started
    std::atomic<bool> stopped_ = false;
    std::atomic<bool> caught_up_ = false;
};

}  // namespace cleave::app
