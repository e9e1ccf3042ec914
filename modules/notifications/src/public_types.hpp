#pragma once
// What a notification looks like outside: in the list, on a stream and in a webhook's body.
#include <contract/codec.hpp>
#include <notifications/api.hpp>
#include <users/api.hpp>

namespace cleave::notifications {

struct public_notification {
    std::int64_t id = 0;
    notification_kind kind{};
    timestamp created_at{};
    std::optional<timestamp> read_at{};
    users::public_profile actor{};
    std::optional<article_link> article{};
    std::optional<std::int64_t> comment_id{};
};
BOOST_DESCRIBE_STRUCT(public_notification, (),
                      (id, kind, created_at, read_at, actor, article, comment_id))

inline public_notification to_public(notification n) {
    auto& who = n.actor;
    return {n.id,
            n.kind,
            n.created_at,
            n.read_at,
            {std::move(who.username), std::move(who.bio), std::move(who.image), who.following},
            std::move(n.article),
            n.comment_id};
}

}  // namespace cleave::notifications
