#include "rules.hpp"

#include <catch2/catch.hpp>

using namespace cleave;
using namespace cleave::notifications;

namespace {

comments::comment_written by_anne_to_jake() {
    return {5, {1, "hello", "Hello", 7}, 8, "anne", {}};
}
constexpr timestamp at{1000};

}  // namespace

TEST_CASE("a comment is told to the article's author") {
    const auto all = notifications_of(by_anne_to_jake(), at);
    REQUIRE(all.size() == 1);
    const auto& told = all.front();
    CHECK(told.user_id == 7);
    CHECK(told.kind == notification_kind::comment);
    CHECK_FALSE(told.otherwise);
    CHECK(told.actor_id == 8);
    CHECK(told.actor_username == "anne");
    CHECK(told.article_id == 1);
    CHECK(told.article->slug == "hello");
    CHECK(told.article->title == "Hello");
    CHECK(told.comment_id == 5);
    CHECK(told.created_at == at);
}

TEST_CASE("one's own comment is not, and neither is one's own name") {
    auto own = by_anne_to_jake();
    own.author_id = own.article.author_id;
    own.mentioned_ids = {own.author_id};
    CHECK(notifications_of(own, at).empty());
}

TEST_CASE("an author who is mentioned as well is told for one reason, or for the other") {
    auto e = by_anne_to_jake();
    e.mentioned_ids = {7, 7};
    const auto all = notifications_of(e, at);
    REQUIRE(all.size() == 1);
    CHECK(told_kind({}, all[0]) == notification_kind::comment);
    CHECK(told_kind({.comment = false}, all[0]) == notification_kind::mention);
    CHECK_FALSE(told_kind({.comment = false, .mention = false}, all[0]));
}

TEST_CASE("following and favourites are told to who is meant") {
    const auto followed = notifications_of(users::user_followed{8, 7}, at);
    REQUIRE(followed.size() == 1);
    CHECK(followed[0].user_id == 7);
    CHECK(followed[0].actor_id == 8);
    const auto liked = notifications_of(posts::article_favorited{{1, "hello", "Hello", 7}, 8}, at);
    REQUIRE(liked.size() == 1);
    CHECK(liked[0].user_id == 7);
    CHECK(liked[0].article_id == 1);
    CHECK(notifications_of(users::user_followed{7, 7}, at).empty());
    CHECK(notifications_of(posts::article_favorited{{1, "hello", "Hello", 7}, 7}, at).empty());
}
