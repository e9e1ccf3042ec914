// Reading, marking as read, and who did it.
#include "notifications_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::notifications;

namespace {

errc mark(notifications_under_test& t, std::int64_t who, std::int64_t id) {
    const auto done = run_coroutine(t.notifications->mark_read(command_by(who), {id}));
    return done ? errc{-1} : done.error().code;
}

}  // namespace

TEST_CASE("what was read is not unread any more, and stays") {
    notifications_under_test t;
    for (std::int64_t id = 1; id <= 3; ++id) t.comment(id, anne, jake);
    t.deliver_all();
    const auto ids = t.read(jake).notifications;
    CHECK(mark(t, jake, ids[1].id) == errc{-1});
    t.p.clock.advance(std::chrono::seconds(5));
    CHECK(mark(t, jake, ids[1].id) == errc{-1});
    auto now = t.read(jake);
    CHECK(now.total == 3);
    CHECK(now.unread == 2);
    CHECK(now.notifications[1].read_at == fixed_clock::start);
    const auto unread = t.read(jake, {.unread = true});
    CHECK(unread.total == 2);
    REQUIRE(unread.notifications.size() == 2);
    CHECK(unread.notifications[0].comment_id == 3);
    CHECK(unread.notifications[1].comment_id == 1);
    CHECK(t.read(jake, {.limit = 1, .offset = 1, .unread = true}).notifications[0].comment_id == 1);

    REQUIRE(run_coroutine(t.notifications->mark_all_read(command_by(jake), nothing())));
    now = t.read(jake);
    CHECK(now.total == 3);
    CHECK(now.unread == 0);
    CHECK(now.notifications[1].read_at == fixed_clock::start);
    CHECK(now.notifications[0].read_at == t.p.clock.now());
    CHECK(t.read(jake, {.unread = true}).notifications.empty());
}

TEST_CASE("nobody marks another's, nor one that is not there") {
    notifications_under_test t;
    t.comment(1, anne, jake);
    t.deliver_all();
    const auto id = t.read(jake).notifications[0].id;
    CHECK(mark(t, anne, id) == errc::not_found);
    CHECK(mark(t, jake, id + 1) == errc::not_found);
    REQUIRE(run_coroutine(t.notifications->mark_all_read(command_by(anne), nothing())));
    CHECK(t.read(jake).unread == 1);
}

TEST_CASE("who did it is shown as the reader sees them") {
    notifications_under_test t;
    t.who.add(anne, "anne").bio = "a bio";
    t.who.follows[jake] = {anne};
    t.follow(anne, jake);
    t.follow(mary, jake);
    t.rename({mary, "mary", std::nullopt, std::nullopt, 1});
    t.deliver_all();
    t.who.calls = 0;
    const auto found = t.read(jake).notifications;
    CHECK(found[1].actor.username == "anne");
    CHECK(found[1].actor.bio == "a bio");
    CHECK(found[1].actor.following);
    CHECK(found[0].actor.username == "mary");
    CHECK_FALSE(found[0].actor.following);
    CHECK(t.who.calls == 2);
    t.who.down = true;
    const auto poorer = t.read(jake).notifications;
    REQUIRE(poorer.size() == 2);
    CHECK(poorer[0].actor.username == "mary");
    CHECK_FALSE(poorer[1].actor.following);
}

TEST_CASE("nobody has nothing") {
    notifications_under_test t;
    const auto code = [](const auto& outcome) { return outcome.error().code; };
    auto& n = *t.notifications;
    CHECK(code(run_coroutine(n.mark_read({}, {1}))) == errc::unauthenticated);
    CHECK(code(run_coroutine(n.mark_all_read({}, nothing()))) == errc::unauthenticated);
    CHECK(code(run_coroutine(n.get_preferences({}, nothing()))) == errc::unauthenticated);
    CHECK(code(run_coroutine(n.set_preferences({}, {}))) == errc::unauthenticated);
}

TEST_CASE("the routes of reading and of preferences answer as agreed") {
    notifications_under_test t;
    t.comment(1, anne, jake);
    t.deliver_all();
    const auto routes = t.notifications->routes();
    using http::verb;
    const auto ask = [&](verb method, const std::string& path, const std::string& body = {}) {
        return answer_to(routes, {.method = method,
                                  .path = path,
                                  .body = body,
                                  .caller = jake,
                                  .params = {{"id", "1"}}});
    };
    CHECK(ask(verb::post, "/api/notifications/{id:int}/read").status == 204);
    CHECK(ask(verb::post, "/api/notifications/read").status == 204);
    const auto unread =
        answer_to(routes, {.path = "/api/notifications", .query = "unread=true", .caller = jake});
    CHECK(unread.body == R"({"notifications":[],"notificationsCount":0,"unreadCount":0})");
    const auto path = "/api/notifications/preferences";
    const auto all = R"({"preferences":{"comment":true,"mention":true,"follow":true,)"
                     R"("favorite":true}})";
    CHECK(ask(verb::get, path).body == all);
    const auto fewer = ask(verb::put, path, R"({"preferences":{"follow":false}})");
    CHECK(fewer.status == 200);
    CHECK(fewer.body == R"({"preferences":{"comment":true,"mention":true,"follow":false,)"
                        R"("favorite":true}})");
    CHECK(ask(verb::put, path, R"({"preferences":{"follow":"no"}})").status == 422);
    CHECK(ask(verb::put, path, "{").status == 400);
}
