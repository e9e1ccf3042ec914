#pragma once
// Sends notifications to the webhooks of those who are told: at least once each, from a queue in
// the database. A user's go one after the other, several users' at a time.
//
//     POST <url>
//     Cleave-Delivery: 17                                  the same each time it is tried
//     Cleave-Signature: t=1786615200,v1=<hex>              see signature_of() in rules.hpp
//     {"notification":{"id":42,"kind":"comment", …}}
//
// Taken is what is answered 2xx. Anything else is tried again, ever later, and given up in the end.
#include <set>

#include "audience.hpp"
#include "store.hpp"

namespace cleave::notifications {

// What a write job says to the sending side, which may run on another thread, or not at all.
class outbound {
public:
    void queued() { pending_ = true; }  // inside a write job
    void committed();                   // after a commit
    void begin(std::shared_ptr<bell> woken);
    void wake();

private:
    std::atomic<bool> pending_ = false;
    std::mutex mutex_;
    std::shared_ptr<bell> bell_;
};

class webhooks {
public:
    webhooks(platform given, store& stored, webhook_sender& sender, std::shared_ptr<outbound> queue,
             settings s)
        : given_(given), store_(stored), sender_(sender), queue_(std::move(queue)), settings_(s) {}

    // On one I/O thread, until stop().
    async<void> run();
    void stop();  // from any thread
    async<void> has_stopped();

private:
    async<void> send(delivery d);
    async<webhook_sender::outcome> post(const delivery& d);

    platform given_;
    store& store_;
    webhook_sender& sender_;
    std::shared_ptr<outbound> queue_;
    const settings settings_;
    std::atomic<bool> stopped_ = false;
    std::atomic<bool> running_ = false;
    std::set<std::int64_t> busy_;  // users to whose webhook something is on its way
};

}  // namespace cleave::notifications
