#include "routes.hpp"

#include "public_types.hpp"
#include "rules.hpp"

namespace cleave::notifications {

namespace {

constexpr std::int64_t page_size_default = 20;
constexpr std::size_t preferences_bytes_max = 4 * 1024;
constexpr std::size_t webhook_bytes_max = 16 * 1024;

struct page_body {
    std::vector<public_notification> notifications{};
    std::int64_t notifications_count = 0;
    std::int64_t unread_count = 0;
};
BOOST_DESCRIBE_STRUCT(page_body, (), (notifications, notifications_count, unread_count))

struct preferences_body {
    notifications::preferences preferences{};
};
BOOST_DESCRIBE_STRUCT(preferences_body, (), (preferences))

struct changes_body {
    preference_changes preferences{};
};
BOOST_DESCRIBE_STRUCT(changes_body, (), (preferences))

struct webhook_body {
    notifications::webhook webhook{};
};
BOOST_DESCRIBE_STRUCT(webhook_body, (), (webhook))

struct webhook_fields {
    std::optional<std::string> url{};
    std::optional<std::string> secret{};
};
BOOST_DESCRIBE_STRUCT(webhook_fields, (), (url, secret))
struct new_webhook_body {
    webhook_fields webhook{};
};
BOOST_DESCRIBE_STRUCT(new_webhook_body, (), (webhook))

// ?unread, ?unread=true and ?unread=1; anything else is all of them.
bool asks_for_unread(const http::request& r) {
    const auto said = r.query_param("unread");
    return said && (said->empty() || *said == "true" || *said == "1");
}

http::response done() {
    http::response r;
    r.status = 204;
    r.content_type = {};
    return r;
}

}  // namespace

async<http::response> routes::read_page(http::request& r) {
    const list_request wanted{r.query_int("limit", page_size_default, 1, page_size_max),
                              r.query_int("offset", 0, 0, INT64_MAX), asks_for_unread(r)};
    auto found = co_await notifications_.list(r.as_query(), wanted);
    if (!found) co_return http::problem_response(found.error());
    page_body body;
    body.notifications_count = found->total;
    body.unread_count = found->unread;
    body.notifications.reserve(found->notifications.size());
    for (auto& n : found->notifications) body.notifications.push_back(to_public(std::move(n)));
    co_return http::json_response(200, body);
}

async<http::response> routes::mark_read(http::request& r) {
    const read_request wanted{r.param_int("id")};
    const auto marked = co_await notifications_.mark_read(r.as_command(), wanted);
    co_return marked ? done() : http::problem_response(marked.error());
}

async<http::response> routes::mark_all_read(http::request& r) {
    const auto marked = co_await notifications_.mark_all_read(r.as_command(), nothing());
    co_return marked ? done() : http::problem_response(marked.error());
}

async<http::response> routes::read_preferences(http::request& r) {
    const auto found = co_await notifications_.get_preferences(r.as_query(), nothing());
    if (!found) co_return http::problem_response(found.error());
    const preferences_body body{*found};
    co_return http::json_response(200, body);
}

async<http::response> routes::change_preferences(http::request& r) {
    const auto wanted = http::body_as<changes_body>(r);
    if (!wanted) co_return http::problem_response(wanted.error());
    const auto changes = wanted->preferences;
    const auto now = co_await notifications_.set_preferences(r.as_command(), changes);
    if (!now) co_return http::problem_response(now.error());
    const preferences_body body{*now};
    co_return http::json_response(200, body);
}

async<http::response> routes::read_webhook(http::request& r) {
    auto found = co_await notifications_.get_webhook(r.as_query(), nothing());
    if (!found) co_return http::problem_response(found.error());
    const webhook_body body{std::move(*found)};
    co_return http::json_response(200, body);
}

async<http::response> routes::set_webhook(http::request& r) {
    auto given = http::body_as<new_webhook_body>(r);
    if (!given) co_return http::problem_response(given.error());
    auto& fields = given->webhook;
    webhook_request wanted{std::move(fields.url).value_or(""), std::move(fields.secret)};
    auto set = co_await notifications_.set_webhook(r.as_command(), std::move(wanted));
    if (!set) co_return http::problem_response(set.error());
    const webhook_body body{std::move(*set)};
    co_return http::json_response(200, body);
}

async<http::response> routes::remove_webhook(http::request& r) {
    const auto removed = co_await notifications_.remove_webhook(r.as_command(), nothing());
    co_return removed ? done() : http::problem_response(removed.error());
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
        {.method = verb::get,
         .path = "/api/notifications/stream",
         .access = policy::user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .streaming = true,
         .handler = [this](http::request& r) { return streams_.open(r); }},
        {.method = verb::post,
         .path = "/api/notifications/{id:int}/read",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = preferences_bytes_max,
         .handler = [this](http::request& r) { return mark_read(r); }},
        {.method = verb::post,
         .path = "/api/notifications/read",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = preferences_bytes_max,
         .handler = [this](http::request& r) { return mark_all_read(r); }},
        {.method = verb::get,
         .path = "/api/notifications/preferences",
         .access = policy::user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return read_preferences(r); }},
        {.method = verb::put,
         .path = "/api/notifications/preferences",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = preferences_bytes_max,
         .handler = [this](http::request& r) { return change_preferences(r); }},
        {.method = verb::get,
         .path = "/api/notifications/webhook",
         .access = policy::user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return read_webhook(r); }},
        {.method = verb::put,
         .path = "/api/notifications/webhook",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = webhook_bytes_max,
         .handler = [this](http::request& r) { return set_webhook(r); }},
        {.method = verb::del,
         .path = "/api/notifications/webhook",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return remove_webhook(r); }},
    };
}

}  // namespace cleave::notifications
