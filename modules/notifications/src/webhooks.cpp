#include "webhooks.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <telemetry/log.hpp>

#include "public_types.hpp"

namespace cleave::notifications {

namespace {

constexpr std::size_t busy_max = 4;
constexpr std::chrono::milliseconds look_again_after(60'000);
constexpr std::chrono::milliseconds look_again_soon(1'000);

struct delivery_body {
    public_notification notification{};
};
BOOST_DESCRIBE_STRUCT(delivery_body, (), (notification))

}  // namespace

void outbound::committed() {
    if (pending_.exchange(false)) wake();
}

void outbound::begin(std::shared_ptr<bell> woken) {
    const std::scoped_lock lock(mutex_);
    bell_ = std::move(woken);
}

void outbound::wake() {
    const std::scoped_lock lock(mutex_);
    if (bell_) bell::ring(bell_);
}

void webhooks::stop() {
    stopped_ = true;
    queue_->wake();
}

async<void> webhooks::has_stopped() {
    while (running_) co_await resume_after(std::chrono::milliseconds(1));
}

async<void> webhooks::run() {
    const auto thread = co_await asio::this_coro::executor;
    const auto woken = std::make_shared<bell>(thread);
    running_ = true;
    queue_->begin(woken);
    while (!stopped_) {
        const auto now = given_.clock.now();
        auto due = store_.due(now);
        auto wait = due ? look_again_after : look_again_soon;
        if (due) {
            for (auto& d : due->now)
                if (busy_.size() < busy_max && busy_.insert(d.user_id).second)
                    asio::co_spawn(thread, send(std::move(d)), asio::detached);
            if (due->next_at)
                wait = std::clamp(std::chrono::milliseconds(due->next_at->unix_ms - now.unix_ms),
                                  std::chrono::milliseconds(1), look_again_after);
        }
        co_await woken->wait(wait);
    }
    while (!busy_.empty()) co_await woken->wait(look_again_soon);
    running_ = false;
    stopped_ = false;  // It may be run again.
}

async<webhook_sender::outcome> webhooks::post(const delivery& d) {
    const auto now = given_.clock.now();
    const delivery_body body{to_public(d.notification)};
    webhook_sender::message what;
    what.url = d.url;
    append_json<naming::camel>(what.body, body);
    what.headers = {"Content-Type: application/json; charset=utf-8",
                    fmt::format("Cleave-Delivery: {}", d.id),
                    "Cleave-Signature: " + signature_of(d.secret, now, what.body)};
    try {
        co_return co_await sender_.post(std::move(what));
    } catch (const std::exception& e) {
        log::error("notifications", "delivery {} could not be sent: {}", d.id, e.what());
    }
    co_return webhook_sender::outcome{false, false, "internal error"};
}

async<void> webhooks::send(delivery d) {
    const auto outcome = co_await post(d);
    // What our own end has cut short, or left unnoted, is tried again at the next start.
    if (!stopped_ && !outcome.is_interrupted) {
        const int attempts = d.attempts + 1;
        std::optional<timestamp> next_at;
        if (attempts < settings_.webhook_tries_max)
            next_at = timestamp{given_.clock.now().unix_ms +
                                pause_after(attempts, settings_.webhook_pause).count()};
        if (outcome.is_taken)
            co_await store_.delivered(d);
        else
            co_await store_.not_delivered(d, outcome.error, next_at);
    }
    busy_.erase(d.user_id);
    queue_->wake();
}

}  // namespace cleave::notifications
