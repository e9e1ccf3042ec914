#include "notifications_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::notifications;

TEST_CASE("a comment is told to the article's author, and to nobody else") {
    notifications_under_test t;
    t.comment(1, anne, jake);
    t.comment(2, jake, jake);  // his own
    t.deliver_comments();
    const auto found = t.read(jake);
    CHECK(found.total == 1);
    CHECK(found.unread == 1);
    REQUIRE(found.notifications.size() == 1);
    const auto& one = found.notifications.front();
    CHECK(one.kind == notification_kind::comment);
    CHECK(one.created_at == fixed_clock::start);
    CHECK_FALSE(one.read_at);
    CHECK(one.actor.id == anne);
    CHECK(one.actor.username == "anne");
    CHECK(one.article->slug == "hello");
    CHECK(one.article->title == "Hello");
    CHECK(one.comment_id == 1);
    CHECK(t.read(anne).total == 0);
    CHECK(t.read(anne).notifications.empty());
}

TEST_CASE("the order between the feeds does not matter") {
    notifications_under_test t;
    t.comment(1, anne, jake);
    t.rename({anne, "anna", "a bio", "an image", 2});
    const bool comments_first = GENERATE(true, false);
    if (comments_first) {
        t.deliver_comments();
        CHECK(t.read(jake).notifications[0].actor.username == "anne");
        CHECK_FALSE(t.read(jake).notifications[0].actor.bio);
        t.deliver_users();
    } else {
        t.deliver_users();
        t.deliver_comments();
    }
    const auto found = t.read(jake);
    REQUIRE(found.notifications.size() == 1);
    CHECK(found.notifications[0].actor.username == "anna");
    CHECK(found.notifications[0].actor.bio == "a bio");
    CHECK(found.notifications[0].actor.image == "an image");
}

TEST_CASE("a profile that is told late does not undo a newer one") {
    notifications_under_test t;
    t.comment(1, anne, jake);
    t.rename({anne, "anna", std::nullopt, std::nullopt, 2});
    t.rename({anne, "anne", std::nullopt, std::nullopt, 1});
    t.deliver_comments();
    t.deliver_users();
    CHECK(t.read(jake).notifications[0].actor.username == "anna");
}

TEST_CASE("pages are newest first, at most a hundred, with the number of all") {
    notifications_under_test t;
    for (std::int64_t id = 1; id <= 105; ++id) t.comment(id, anne, jake);
    t.deliver_comments();
    CHECK(t.read(jake).notifications.size() == 20);
    CHECK(t.read(jake, {.limit = 1000}).notifications.size() == 100);
    CHECK(t.read(jake, {.limit = -1, .offset = -1}).notifications.size() == 1);
    const auto found = t.read(jake, {.limit = 2, .offset = 1});
    CHECK(found.total == 105);
    REQUIRE(found.notifications.size() == 2);
    CHECK(found.notifications[0].comment_id == 104);
    CHECK(found.notifications[1].comment_id == 103);
    CHECK(t.read(jake, {.limit = 2, .offset = 200}).notifications.empty());
}

TEST_CASE("the list of nobody is refused") {
    notifications_under_test t;
    CHECK(run_coroutine(t.notifications->list(query_by_nobody(), {})).error().code ==
          errc::unauthenticated);
}

TEST_CASE("the route of notifications answers as agreed") {
    notifications_under_test t;
    t.comment(3, anne, jake);
    t.deliver_comments();
    const auto routes = t.notifications->routes();
    const auto found = answer_to(routes, {.path = "/api/notifications", .caller = jake});
    CHECK(found.status == 200);
    CHECK(found.body ==
          R"({"notifications":[{"id":1,"kind":"comment","createdAt":"2026-08-13T10:00:00.123Z",)"
          R"("readAt":null,)"
          R"("actor":{"username":"anne","bio":null,"image":null,"following":false},)"
          R"("article":{"slug":"hello","title":"Hello"},"commentId":3}],)"
          R"("notificationsCount":1,"unreadCount":1})");
    const public_request beyond{
        .path = "/api/notifications", .query = "offset=1&limit=x", .caller = jake};
    CHECK(answer_to(routes, beyond).body ==
          R"({"notifications":[],"notificationsCount":1,"unreadCount":1})");
    CHECK(answer_to(routes, {.path = "/api/notifications", .caller = anne}).body ==
          R"({"notifications":[],"notificationsCount":0,"unreadCount":0})");
}
