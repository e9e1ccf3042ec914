#pragma once
// Decisions of the notifications module that need no I/O.
#include <chrono>
#include <comments/api.hpp>
#include <events/event.hpp>
#include <notifications/api.hpp>
#include <posts/api.hpp>
#include <users/api.hpp>

namespace cleave::notifications {

inline constexpr std::int64_t page_size_max = 100;

struct new_notification {
    std::int64_t user_id = 0;  // who is told
    notification_kind kind{};
    std::optional<notification_kind> otherwise{};  // for who does not want to hear of that kind
    std::int64_t actor_id = 0;
    std::string actor_username{};  // as it was then; empty where the event does not say
    std::optional<std::int64_t> article_id{};
    std::optional<article_link> article{};
    std::optional<std::int64_t> comment_id{};
    timestamp created_at{};
    std::string source{};  // what it is of: a reader hears of one thing once
    std::int64_t source_event = 0;
};

// Whom an event is told, and what: each at most once, and nobody their own act.
std::vector<new_notification> notifications_of(const comments::comment_written& e, timestamp at);
std::vector<new_notification> notifications_of(const users::user_followed& e, timestamp at);
std::vector<new_notification> notifications_of(const posts::article_favorited& e, timestamp at);

bool wants(const preferences& p, notification_kind kind);
// The kind that they are told of; none where they want to hear of neither.
std::optional<notification_kind> told_kind(const preferences& p, const new_notification& n);

inline constexpr std::size_t secret_bytes_min = 8;
inline constexpr std::size_t secret_bytes_max = 256;
inline constexpr std::int64_t deliveries_waiting_max =
    1'000;                                                   // a user; what comes then is not sent
inline constexpr std::int64_t deliveries_given_up_max = 20;  // a user; older ones are forgotten

// Else invalid_argument.
result<void> check_secret(const std::optional<std::string>& secret);

// The value of the header Cleave-Signature: "t=<unix seconds>,v1=<hex>", where v1 is HMAC-SHA256
// with the secret over "<unix seconds>.<body>".
std::string signature_of(std::string_view secret, timestamp at, std::string_view body);

// How long to wait after so many tries in vain.
std::chrono::milliseconds pause_after(int attempts, std::chrono::milliseconds first);

preferences changed(preferences p, const preference_changes& c);

}  // namespace cleave::notifications
