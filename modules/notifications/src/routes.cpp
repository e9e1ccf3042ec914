#include "routes.hpp"

#include "rules.hpp"

namespace cleave::notifications {

namespace {

constexpr std::int64_t page_size_default = 20;

struct public_profile {
    std::string username{};
    std::optional<std::string> bio{};
    std::optional<std::string> image{};
    bool following = false;
};
BOOST_DESCRIBE_STRUCT(public_profile, (), (username, bio, image, following))

struct public_notification {
    std::int64_t id = 0;
    notification_kind kind{};
    timestamp created_at{};
    std::optional<timestamp> read_at{};
    public_profile actor{};
    std::optional<article_link> article{};
    std::optional<std::int64_t> comment_id{};
};
BOOST_DESCRIBE_STRUCT(public_notification, (),
                      (id, kind, created_at, read_at, actor, article, comment_id))

struct page_body {
    std::vector<public_notification> notifications{};
    std::int64_t notifications_count = 0;
    std::int64_t unread_count = 0;
};
BOOST_DESCRIBE_STRUCT(page_body, (), (notifications, notifications_count, unread_count))

public_notification to_public(notification n) {
    auto& who = n.actor;
    return {n.id,
            n.kind,
            n.created_at,
            n.read_at,
            {std::move(who.username), std::move(who.bio), std::move(who.image), false},
            std::move(n.article),
            n.comment_id};
}

}  // namespace

async<http::response> routes::read_page(http::request& r) {
    const list_request wanted{r.query_int("limit", page_size_default, 1, page_size_max),
                              r.query_int("offset", 0, 0, INT64_MAX)};
    auto found = co_await notifications_.list(r.as_query(), wanted);
    if (!found) co_return http::problem_response(found.error());
    page_body body;
    body.notifications_count = found->total;
    body.unread_count = found->unread;
    body.notifications.reserve(found->notifications.size());
    for (auto& n : found->notifications) body.notifications.push_back(to_public(std::move(n)));
    co_return http::json_response(200, body);
}

http::route_list routes::list() {
    using http::policy, http::verb;
    return {
        {.method = verb::get,
         .path = "/api/notifications",
         .access = policy::user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return read_page(r); }},
    };
}

}  // namespace cleave::notifications
