#pragma once
// The notifications module as the other modules see it. This file is its whole contract.
#include <contract/method.hpp>
#include <vector>

namespace cleave::notifications {

// Why somebody is told: of a comment on an article of theirs, of a comment that names them, of
// somebody who follows them, of a favourite among their articles.
enum class notification_kind { comment, mention, follow, favorite };
BOOST_DESCRIBE_ENUM(notification_kind, comment, mention, follow, favorite)

// Who did it. `following`: whether the caller follows them; false while users is down.
struct actor {
    std::int64_t id = 0;
    std::string username{};
    std::optional<std::string> bio{};
    std::optional<std::string> image{};
    bool following = false;
};
BOOST_DESCRIBE_STRUCT(actor, (), (id, username, bio, image, following))

struct article_link {
    std::string slug{};
    std::string title{};
};
BOOST_DESCRIBE_STRUCT(article_link, (), (slug, title))

struct notification {
    std::int64_t id = 0;
    notification_kind kind{};
    timestamp created_at{};
    std::optional<timestamp> read_at{};
    notifications::actor actor{};
    std::optional<article_link> article{};  // where it is about one
    std::optional<std::int64_t> comment_id{};
};
BOOST_DESCRIBE_STRUCT(notification, (), (id, kind, created_at, read_at, actor, article, comment_id))

struct list_request {
    std::int64_t limit = 20;  // clamped to 1 … 100
    std::int64_t offset = 0;
    bool unread = false;  // only those that were not read
};
BOOST_DESCRIBE_STRUCT(list_request, (), (limit, offset, unread))

struct page {
    std::vector<notification> notifications{};
    std::int64_t total = 0;  // of those that were asked for
    std::int64_t unread = 0;
};
BOOST_DESCRIBE_STRUCT(page, (), (notifications, total, unread))

struct read_request {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(read_request, (), (id))

// Of which kinds somebody wants to hear. It holds for what comes, not for what is there.
struct preferences {
    bool comment = true;
    bool mention = true;
    bool follow = true;
    bool favorite = true;
    bool operator==(const preferences&) const = default;
};
BOOST_DESCRIBE_STRUCT(preferences, (), (comment, mention, follow, favorite))

// What is not said stays.
struct preference_changes {
    std::optional<bool> comment{};
    std::optional<bool> mention{};
    std::optional<bool> follow{};
    std::optional<bool> favorite{};
};
BOOST_DESCRIBE_STRUCT(preference_changes, (), (comment, mention, follow, favorite))

// Where the caller's notifications are sent as well. Without a secret one is made up.
struct webhook_request {
    std::string url{};
    std::optional<std::string> secret{};
};
BOOST_DESCRIBE_STRUCT(webhook_request, (), (url, secret))

// A notification that the receiver did not take, however often it was tried.
struct failed_delivery {
    std::int64_t id = 0;
    std::int64_t notification_id = 0;
    std::int64_t attempts = 0;
    timestamp at{};  // of the last one
    std::string error{};
};
BOOST_DESCRIBE_STRUCT(failed_delivery, (), (id, notification_id, attempts, at, error))

struct webhook {
    std::string url{};
    std::optional<std::string> secret{};  // told when it is set, and never again
    std::int64_t waiting = 0;             // notifications that were not taken yet
    std::optional<timestamp> last_delivered_at{};
    std::optional<std::string> last_error{};  // of those that wait
    std::vector<failed_delivery> given_up{};  // the last 20, newest first
};
BOOST_DESCRIBE_STRUCT(webhook, (), (url, secret, waiting, last_delivered_at, last_error, given_up))

// Every method fails with unauthenticated where nobody calls; each is about the caller's own.
class api {
public:
    static constexpr const char* module_name = "notifications";
    virtual ~api() = default;

    // Newest first.
    virtual task<page> list(query_context, list_request) = 0;

    // From now on it is read; when it was first, stays. Fails with not_found, also for another's.
    virtual task<nothing> mark_read(command_context, read_request) = 0;
    virtual task<nothing> mark_all_read(command_context, nothing) = 0;

    virtual task<preferences> get_preferences(query_context, nothing) = 0;
    virtual task<preferences> set_preferences(command_context, preference_changes) = 0;

    // Fails with not_found.
    virtual task<webhook> get_webhook(query_context, nothing) = 0;
    // Fails with invalid_argument (url, secret).
    virtual task<webhook> set_webhook(command_context, webhook_request) = 0;
    // With all that waits. Also where there is none.
    virtual task<nothing> remove_webhook(command_context, nothing) = 0;
};
BOOST_DESCRIBE_STRUCT(api, (),
                      (list, mark_read, mark_all_read, get_preferences, set_preferences,
                       get_webhook, set_webhook, remove_webhook))

}  // namespace cleave::notifications
