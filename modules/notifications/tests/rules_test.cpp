#include "rules.hpp"

#include <catch2/catch.hpp>

using namespace cleave;
using namespace cleave::notifications;

namespace {

const comments::comment_written by_anne_to_jake{5, {1, "hello", "Hello", 7}, 8, "anne"};
const events::event source{42, "comment_written", 1, {1000}, ""};

}  // namespace

TEST_CASE("a comment is told to the article's author") {
    const auto told = notification_of(by_anne_to_jake, source);
    REQUIRE(told);
    CHECK(told->user_id == 7);
    CHECK(told->kind == notification_kind::comment);
    CHECK(told->actor_id == 8);
    CHECK(told->actor_username == "anne");
    CHECK(told->article->slug == "hello");
    CHECK(told->article->title == "Hello");
    CHECK(told->comment_id == 5);
    CHECK(told->created_at == timestamp{1000});
    CHECK(told->source == "comments");
    CHECK(told->source_event == 42);
}

TEST_CASE("one's own comment is not") {
    auto own = by_anne_to_jake;
    own.author_id = own.article.author_id;
    CHECK_FALSE(notification_of(own, source));
}
