#pragma once
// The notifications module as the other modules see it. This file is its whole contract.
#include <contract/method.hpp>
#include <vector>

namespace cleave::notifications {

// Why somebody is told: `comment`, on an article of theirs.
enum class notification_kind { comment };
BOOST_DESCRIBE_ENUM(notification_kind, comment)

// Who did it.
struct actor {
    std::int64_t id = 0;
    std::string username{};
    std::optional<std::string> bio{};
    std::optional<std::string> image{};
};
BOOST_DESCRIBE_STRUCT(actor, (), (id, username, bio, image))

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
};
BOOST_DESCRIBE_STRUCT(list_request, (), (limit, offset))

struct page {
    std::vector<notification> notifications{};
    std::int64_t total = 0;
    std::int64_t unread = 0;
};
BOOST_DESCRIBE_STRUCT(page, (), (notifications, total, unread))

class api {
public:
    static constexpr const char* module_name = "notifications";
    virtual ~api() = default;

    // The caller's, newest first. Fails with unauthenticated (nobody calls).
    virtual task<page> list(query_context, list_request) = 0;
};
BOOST_DESCRIBE_STRUCT(api, (), (list))

}  // namespace cleave::notifications
