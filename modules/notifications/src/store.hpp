#pragma once
// Every SQL statement of the notifications module: what callers ask and change here, what events do
// in store_events.cpp,
// webhooks in store_webhooks.cpp.
#include <events/platform.hpp>
#include <notifications/api.hpp>
#include <users/api.hpp>

#include "rules.hpp"

namespace cleave::notifications {

// What a stream tells: a user's notifications above an id, oldest first.
struct news {
    std::vector<notification> notifications{};
    std::int64_t last_id = 0;  // of all that the user has; 0 where there are none
};

// A notification on its way to a webhook.
struct delivery {
    std::int64_t id = 0;
    std::int64_t user_id = 0;
    int attempts = 0;
    std::string url{};
    std::string secret{};
    notifications::notification notification{};
};

struct due_deliveries {
    std::vector<delivery> now{};         // one of each user, the longest due first; at most 16
    std::optional<timestamp> next_at{};  // when the next one will be
};

class store {
public:
    explicit store(platform given) : given_(given) {}

    // An actor that nothing is known of has an empty name.
    result<page> list(const query_context& context, std::int64_t user_id, const list_request& r);
    // At most `limit`.
    result<news> since(const query_context& context, std::int64_t user_id, std::int64_t after,
                       std::int64_t limit);
    result<preferences> get_preferences(const query_context& context, std::int64_t user_id);

    // Fails with not_found.
    task<nothing> mark_read(command_context context, std::int64_t id);
    task<nothing> mark_all_read(command_context context);
    task<preferences> set_preferences(command_context context, preference_changes changes);

    result<std::optional<webhook>> get_webhook(const query_context& context, std::int64_t user_id);
    task<webhook> set_webhook(command_context context, std::string url, std::string secret);
    task<nothing> remove_webhook(command_context context);
    result<due_deliveries> due(timestamp now);
    task<nothing> delivered(const delivery& d);
    // Tries it again at `next_at`; gives it up where there is none.
    task<nothing> not_delivered(const delivery& d, std::string error,
                                std::optional<timestamp> next_at);

    // The rest, inside a write job, for events.

    // Tells the user, unless they were told before, do not want to hear of it, or what it is about
    // is gone. Whether they are told now, and whether it is on its way to a webhook.
    struct added {
        bool is_new = false;
        bool is_to_be_sent = false;
    };
    static added add(sqlite::connection& db, const new_notification& n);
    static void rename_article(sqlite::connection& db, const posts::article_ref& article);
    // It goes, with all that was told of it, and nothing is told of it any more.
    static void remove_article(sqlite::connection& db, std::int64_t id);
    static void remove_comment(sqlite::connection& db, std::int64_t id);
    // The account goes, with all that it was told and that was told of it. False: there is more to
    // do.
    static bool erase_account(sqlite::connection& db, std::int64_t id);
    // Articles, comments or accounts ("article", "comment", "user") that are gone: the feed says it
    // again.
    static void forget_ends(sqlite::connection& db, std::string_view what);
    // Keeps the newer of what it has and what it is told.
    static void keep_actor(sqlite::connection& db, const users::profile& p);

private:
    platform given_;
};

}  // namespace cleave::notifications
