#pragma once
// How src/app makes the notifications module.
#include <events/follower.hpp>
#include <events/platform.hpp>
#include <http/routing/route.hpp>
#include <memory>
#include <notifications/api.hpp>
#include <saga/participant.hpp>
#include <users/api.hpp>

namespace cleave::notifications {

extern const sqlite::migration_list migrations;

// The way out into the world, which is handed in.
class webhook_sender {
public:
    struct message {
        std::string url{};
        std::vector<std::string> headers{};  // "Name: value"
        std::string body{};
    };
    struct outcome {
        bool is_taken = false;
        bool is_interrupted = false;  // by our own end: it says nothing of the receiver
        std::string error{};          // in words that the user may read
    };
    virtual ~webhook_sender() = default;
    // What is wrong with a URL by its form; empty: nothing is.
    virtual std::string what_is_wrong_with(const std::string& url) const = 0;
    virtual async<outcome> post(message what) = 0;
};

struct settings {
    std::size_t streams_max = 1'000;                  // open at once in this process
    std::size_t streams_of_user_max = 8;              // of them
    std::chrono::milliseconds heartbeat{15'000};      // on a stream that has nothing to say
    int webhook_tries_max = 8;                        // with the default pause: over three hours
    std::chrono::milliseconds webhook_pause{10'000};  // before the second try; then three times it
};

class module : public api {
public:
    virtual http::route_list routes() = 0;
    virtual std::vector<events::subscription> subscriptions() = 0;
    virtual saga::action_list saga_actions() = 0;

    // On one I/O thread, until stop_sending(): sends what waits for webhooks.
    virtual async<void> send_webhooks() = 0;
    virtual void stop_sending() = 0;
    // Until send_webhooks() has ended and nothing is on its way: before the sender ends.
    virtual async<void> sending_has_stopped() = 0;
};

std::unique_ptr<module> make_module(platform given, users::api& users, webhook_sender& sender,
                                    settings s = {});

}  // namespace cleave::notifications
