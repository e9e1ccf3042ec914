#include "rules.hpp"

#include <sodium.h>

#include <algorithm>
#include <base/encoding.hpp>

namespace cleave::notifications {

std::vector<new_notification> notifications_of(const comments::comment_written& e, timestamp at) {
    new_notification n;
    n.actor_id = e.author_id;
    n.actor_username = e.author_username;
    n.article_id = e.article.id;
    n.article = article_link{e.article.slug, e.article.title};
    n.comment_id = e.comment_id;
    n.created_at = at;
    n.source = "comment";
    n.source_event = e.comment_id;

    std::vector<new_notification> all;
    const auto tell = [&](std::int64_t user_id, notification_kind kind) {
        if (user_id == e.author_id) return;
        const auto told = std::ranges::find(all, user_id, &new_notification::user_id);
        if (told != all.end()) {
            // It is one event to them, for two reasons.
            if (told->kind != kind) told->otherwise = kind;
            return;
        }
        n.user_id = user_id;
        n.kind = kind;
        all.push_back(n);
    };
    tell(e.article.author_id, notification_kind::comment);
    for (const auto id : e.mentioned_ids) tell(id, notification_kind::mention);
    return all;
}

std::vector<new_notification> notifications_of(const users::user_followed& e, timestamp at) {
    if (e.follower_id == e.followed_id) return {};
    new_notification n;
    n.user_id = e.followed_id;
    n.kind = notification_kind::follow;
    n.actor_id = e.follower_id;
    n.created_at = at;
    n.source = "follow";
    n.source_event = e.follower_id;
    return {n};
}

std::vector<new_notification> notifications_of(const posts::article_favorited& e, timestamp at) {
    if (e.user_id == e.article.author_id) return {};
    new_notification n;
    n.user_id = e.article.author_id;
    n.kind = notification_kind::favorite;
    n.actor_id = e.user_id;
    n.article_id = e.article.id;
    n.article = article_link{e.article.slug, e.article.title};
    n.created_at = at;
    n.source = fmt::format("favorite:{}", e.user_id);
    n.source_event = e.article.id;
    return {n};
}

bool wants(const preferences& p, notification_kind kind) {
    switch (kind) {
        case notification_kind::comment: return p.comment;
        case notification_kind::mention: return p.mention;
        case notification_kind::follow: return p.follow;
        case notification_kind::favorite: return p.favorite;
    }
    return true;
}

std::optional<notification_kind> told_kind(const preferences& p, const new_notification& n) {
    if (wants(p, n.kind)) return n.kind;
    if (n.otherwise && wants(p, *n.otherwise)) return n.otherwise;
    return std::nullopt;
}

result<void> check_secret(const std::optional<std::string>& secret) {
    if (!secret) return {};
    std::string wrong;
    if (secret->size() < secret_bytes_min)
        wrong = fmt::format("is too short (at least {} bytes)", secret_bytes_min);
    if (secret->size() > secret_bytes_max)
        wrong = fmt::format("is too long (at most {} bytes)", secret_bytes_max);
    if (wrong.empty()) return {};
    return fail(problem{errc::invalid_argument, "secret", wrong, "/webhook/secret"});
}

std::string signature_of(std::string_view secret, timestamp at, std::string_view body) {
    const auto signed_text = fmt::format("{}.{}", at.unix_ms / 1000, body);
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, as_bytes(secret).data(), secret.size());
    crypto_auth_hmacsha256_update(&state, as_bytes(signed_text).data(), signed_text.size());
    bytes mac(crypto_auth_hmacsha256_BYTES);
    crypto_auth_hmacsha256_final(&state, mac.data());
    return fmt::format("t={},v1={}", at.unix_ms / 1000, to_hex(mac));
}

std::chrono::milliseconds pause_after(int attempts, std::chrono::milliseconds first) {
    constexpr int steps_max = 12;
    for (int i = 1; i < std::min(attempts, steps_max); ++i) first *= 3;
    return first;
}

preferences changed(preferences p, const preference_changes& c) {
    p.comment = c.comment.value_or(p.comment);
    p.mention = c.mention.value_or(p.mention);
    p.follow = c.follow.value_or(p.follow);
    p.favorite = c.favorite.value_or(p.favorite);
    return p;
}

}  // namespace cleave::notifications
