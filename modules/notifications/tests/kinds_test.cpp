// What is told of, once, and what takes it away again.
#include "notifications_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::notifications;

TEST_CASE("each kind of event is told to whom it concerns") {
    notifications_under_test t;
    t.who.add(anne, "anne");
    t.comment(3, anne, jake, {mary});
    t.follow(anne, mary);
    t.favorite(anne, jake);
    t.deliver_all();
    CHECK(t.told(jake) == "favorite, comment 3");
    CHECK(t.told(mary) == "follow, mention 3");
    CHECK(t.told(anne).empty());
    const auto favorite = t.read(jake).notifications[1];
    CHECK(favorite.actor.username == "anne");
    CHECK(favorite.article->slug == "hello");
    CHECK_FALSE(favorite.comment_id);
    CHECK_FALSE(t.read(mary).notifications[1].article);
}

TEST_CASE("an event that concerns somebody twice is told once, and one's own never") {
    notifications_under_test t;
    t.comment(1, anne, jake, {jake, mary, mary, anne});
    t.comment(2, jake, jake, {jake});
    t.follow(jake, jake);
    t.favorite(jake, jake);
    t.deliver_all();
    CHECK(t.told(jake) == "comment 1");
    CHECK(t.told(mary) == "mention 1");
    CHECK(t.told(anne).empty());
}

TEST_CASE("who follows or likes again is told of no second time") {
    notifications_under_test t;
    for (int i = 0; i < 3; ++i) {
        t.follow(anne, jake);
        t.favorite(anne, jake);
    }
    t.follow(mary, jake);
    t.deliver_all();
    CHECK(t.told(jake) == "follow, follow, favorite");
    CHECK(t.read(jake).total == 3);
}

TEST_CASE("an event that comes again tells nothing new") {
    notifications_under_test t;
    t.comment(1, anne, jake, {mary});
    t.comment(2, anne, jake);
    t.follow(anne, jake);
    t.favorite(anne, jake);
    t.deliver_all();
    t.deliver_all();
    CHECK(t.read(jake).total == 4);
    t.deliver_once_more();
    CHECK(t.read(jake).total == 4);
    CHECK(t.read(jake).unread == 4);
    CHECK(t.read(jake).notifications.size() == 4);
    CHECK(t.read(mary).total == 1);
}

TEST_CASE("what is gone takes what was told of it along, and its counts") {
    notifications_under_test t;
    t.comment(1, anne, jake, {mary});
    t.comment(2, anne, jake);
    t.favorite(anne, jake);
    t.follow(anne, jake);
    t.deliver_all();
    const auto oldest = t.read(jake).notifications.back().id;
    REQUIRE(run_coroutine(t.notifications->mark_read(command_by(jake), {oldest})));
    CHECK(t.read(jake).unread == 3);
    t.uncomment(1);
    t.deliver_all();
    CHECK(t.told(jake) == "follow, favorite, comment 2");
    CHECK(t.read(jake).total == 3);
    CHECK(t.told(mary).empty());
    CHECK(t.read(mary).total == 0);
    CHECK(t.read(mary).unread == 0);
    t.remove_article();
    t.deliver_all();
    CHECK(t.told(jake) == "follow");
    CHECK(t.read(jake).total == 1);
    CHECK(t.read(jake).unread == 0);
    t.deliver_once_more();
    CHECK(t.told(jake) == "follow");
}

TEST_CASE("nothing is told of what is gone already") {
    notifications_under_test t;
    t.comment(1, anne, jake, {mary});
    t.comment(2, anne, jake);
    t.uncomment(3);
    t.comment(3, anne, jake);
    t.remove_article();
    t.favorite(anne, jake);
    t.deliver_posts();
    t.deliver_comments();
    CHECK(t.told(jake).empty());
    CHECK(t.told(mary).empty());
    CHECK(t.read(jake).total == 0);
}

TEST_CASE("an article's new name is that of its notifications") {
    notifications_under_test t;
    t.comment(1, anne, jake);
    t.deliver_all();
    t.tell(t.posts, posts::article_changed{{1, "hello-again", "Hello again", jake}});
    t.deliver_all();
    CHECK(t.read(jake).notifications[0].article->slug == "hello-again");
    CHECK(t.read(jake).notifications[0].article->title == "Hello again");
}

TEST_CASE("nobody hears of what they do not want to hear of") {
    notifications_under_test t;
    const auto set = [&](std::int64_t who, preference_changes changes) {
        return run_coroutine(t.notifications->set_preferences(command_by(who), changes)).value();
    };
    const auto get = [&](std::int64_t who) {
        return run_coroutine(t.notifications->get_preferences(query_by(who), nothing())).value();
    };
    CHECK(get(jake) == preferences{});
    CHECK(set(jake, {.comment = false}) == preferences{.comment = false});
    CHECK(set(jake, {.favorite = false}) == preferences{.comment = false, .favorite = false});
    CHECK(get(jake) == preferences{.comment = false, .favorite = false});
    CHECK(get(mary) == preferences{});
    t.comment(1, anne, jake);
    t.comment(2, anne, jake, {jake});  // By its other name.
    t.favorite(anne, jake);
    t.follow(anne, jake);
    t.deliver_all();
    CHECK(t.told(jake) == "follow, mention 2");
    set(jake, {.comment = true, .mention = false, .follow = false, .favorite = true});
    t.comment(3, anne, jake);
    t.comment(4, anne, mary, {jake});
    t.follow(mary, jake);
    t.deliver_all();
    CHECK(t.told(jake) == "follow, mention 2, comment 3");
}
