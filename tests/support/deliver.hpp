#pragma once
// Feeds, read to their end and no further: what a follower would do over time, done now.
#include <events/follower.hpp>
#include <support/run_coroutine.hpp>

namespace cleave::test {

// Stops its follower where the feed has no more events, or after so many pages.
class feed_to_the_end final : public events::feed {
public:
    explicit feed_to_the_end(events::feed& source, int pages_max = -1)
        : source_(source), pages_left_(pages_max) {}

    void read_by(events::follower& who) { who_ = &who; }

    task<events::feed_page> read(query_context context, events::feed_request request) override {
        request.wait_ms = 0;
        auto page = co_await source_.read(context, request);
        const bool at_the_end = page && page->events.empty() && !page->gone;
        if (pages_left_-- == 0 || at_the_end) who_->stop();
        co_return page;
    }

private:
    events::feed& source_;
    int pages_left_;
    events::follower* who_ = nullptr;
};

// Small, so that a test of failures is over soon.
inline events::follower::limits quick() {
    events::follower::limits l;
    l.attempts_max = 3;
    l.backoff_max = std::chrono::milliseconds(1);
    return l;
}

// Applies what `source` has published to the database that `own` belongs to.
inline void deliver(events::outbox& own, const events::subscription& what, events::feed& source,
                    events::follower::limits l = quick(), int pages_max = -1) {
    feed_to_the_end feed(source, pages_max);
    events::follower follower(own, what, feed, l);
    feed.read_by(follower);
    run_coroutine(follower.run());
}

// The one of a module's subscriptions that goes to this publisher.
inline events::subscription subscription_to(std::string_view publisher,
                                            std::vector<events::subscription> all) {
    for (auto& one : all)
        if (one.publisher() == publisher) return std::move(one);
    throw std::logic_error("no subscription to " + std::string(publisher));
}

}  // namespace cleave::test
