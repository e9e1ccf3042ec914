#pragma once
// Decisions of the notifications module that need no I/O.
#include <comments/api.hpp>
#include <events/event.hpp>
#include <notifications/api.hpp>

namespace cleave::notifications {

inline constexpr std::int64_t page_size_max = 100;

struct new_notification {
    std::int64_t user_id = 0;  // who is told
    notification_kind kind{};
    std::int64_t actor_id = 0;
    std::string actor_username{};
    std::optional<article_link> article{};
    std::optional<std::int64_t> comment_id{};
    timestamp created_at{};
    std::string source{};  // the feed, and the event in it
    std::int64_t source_event = 0;
};

// Whom a new comment is told, and what: the article's author, unless it is their own comment.
std::optional<new_notification> notification_of(const comments::comment_written& e,
                                                const events::event& source);

}  // namespace cleave::notifications
