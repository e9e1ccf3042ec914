#include <support/saga_member.hpp>

#include "comments_under_test.hpp"

using namespace cleave;
using namespace cleave::test;

TEST_CASE("nobody comments as an account that is closed, until it is open again") {
    comments_under_test t;
    const auto actions = t.comments->saga_actions();
    act_twice(t.p, actions, "account.close", anne);
    CHECK(t.write("late").error().code == errc::unauthenticated);
    CHECK(t.write("mine", command_by(jake)).has_value());
    act_twice(t.p, actions, "account.reopen", anne);
    CHECK(t.write("again").has_value());
}

TEST_CASE("an account is erased with its comments, and those on its articles") {
    comments_under_test t;
    t.posts.add(3, "annes", anne);
    REQUIRE(t.write("secret one"));
    REQUIRE(t.write("kept", command_by(jake)));
    REQUIRE(t.write("by-jake", command_by(jake), "annes"));
    t.hear("posts", posts::article_published{{3, "annes", "Annes title", anne}});
    t.hear("users", users::profile_changed{{anne, "anne", "about Anne", {}, 2}});
    const auto actions = t.comments->saga_actions();
    act_twice(t.p, actions, "account.erase", anne);
    CHECK(t.bodies("hello") == "kept ");
    const auto left = whole_database(t.p.store);
    for (const std::string text : {"secret", "'anne'", "about Anne", "Annes title", "by-jake"}) {
        INFO(text);
        CHECK(left.find(text) == left.npos);
    }
    CHECK(t.published_kinds() ==
          std::vector<std::string>{"comment_written", "comment_deleted", "comment_deleted"});

    t.hear("users", users::profile_changed{{anne, "anne", "about Anne", {}, 3}});
    t.hear("posts", posts::article_published{{3, "annes", "Annes title", anne}});
    t.hear("users", users::account_erased{anne});
    CHECK(whole_database(t.p.store) == left);
    CHECK(t.write("late").error().code == errc::unauthenticated);
    CHECK(t.write("late", command_by(jake), "annes").error().code == errc::not_found);
}
