#include "rules.hpp"

namespace cleave::notifications {

std::optional<new_notification> notification_of(const comments::comment_written& e,
                                                const events::event& source) {
    if (e.author_id == e.article.author_id) return std::nullopt;
    new_notification n;
    n.user_id = e.article.author_id;
    n.kind = notification_kind::comment;
    n.actor_id = e.author_id;
    n.actor_username = e.author_username;
    n.article = article_link{e.article.slug, e.article.title};
    n.comment_id = e.comment_id;
    n.created_at = source.at;
    n.source = "comments";
    n.source_event = source.id;
    return n;
}

}  // namespace cleave::notifications
