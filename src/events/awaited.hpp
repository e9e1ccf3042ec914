#pragma once
// Commands whose answers wait for those who follow, as if each had been called after the commit
// (events.delivery = "awaited"). A consumer says how far it is when it asks for more; so a wait
// takes about as long as the slowest of them takes to apply the events.
//
// What waits is the command's coroutine, on its own thread; neither the writer nor the feed does.
#include <atomic>
#include <events/signal.hpp>
#include <map>
#include <mutex>
#include <sqlite/write_job.hpp>
#include <string>
#include <vector>

namespace cleave::events {

class awaited_consumers {
public:
    // Before the first command. Who has never asked is waited for as well.
    void expect(std::vector<std::string> names);
    bool any() const { return any_; }

    // A consumer has applied all up to there. From any thread; of others nothing is kept.
    void note(std::string_view consumer, std::int64_t position);

    // True as soon as each of them has applied the publisher's event; false where the deadline
    // passes, or close() comes, before that. Says in the log who was waited for.
    async<bool> reach(std::string_view publisher, std::int64_t id, sqlite::write_terms terms);

    // Ends every wait.
    void close();
    void reopen();

    // Returns when nobody waits any more, or when the time is over.
    async<void> settled(steady_time until);

private:
    std::vector<std::string> behind(std::int64_t id) const;

    bool any_ = false;
    std::atomic<bool> closed_ = false;
    std::atomic<int> waiting_ = 0;
    signal noted_, ended_;
    mutable std::mutex mutex_;
    std::map<std::string, std::int64_t, std::less<>> positions_;  // guarded by it
};

}  // namespace cleave::events
