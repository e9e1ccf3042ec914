#include <support/saga_member.hpp>

#include "posts_under_test.hpp"

using namespace cleave;
using namespace cleave::test;

TEST_CASE("nobody writes as an account that is closed, until it is open again") {
    posts_under_test t;
    const auto slug = t.publish("By jake")->slug;
    const auto actions = t.posts->saga_actions();
    act_twice(t.p, actions, "account.close", anne);
    CHECK(t.publish("By anne", command_by(anne)).error().code == errc::unauthenticated);
    CHECK(t.favorite(slug, anne).error().code == errc::unauthenticated);
    CHECK(t.publish("Also by jake").has_value());
    act_twice(t.p, actions, "account.reopen", anne);
    CHECK(t.publish("By anne", command_by(anne)).has_value());
}

TEST_CASE("an account is erased with its articles and favourites, and nobody else's") {
    posts_under_test t;
    const auto of_jake = t.publish("By jake", command_by(jake), {"jakes", "web"})->slug;
    for (int i = 0; i < 120; ++i)
        REQUIRE(t.publish("Annes secret " + std::to_string(i), command_by(anne), {"annes", "web"}));
    t.hear({anne, "anne", "about Anne", {}, 2});
    REQUIRE(t.favorite(of_jake, anne));
    REQUIRE(t.favorite("annes-secret-0", jake));
    REQUIRE(t.favorite(of_jake, moderator));
    const auto actions = t.posts->saga_actions();
    act_twice(t.p, actions, "account.erase", anne);

    CHECK(t.titles({}) == "By jake (1)");
    CHECK(t.titles({.author = "anne"}) == "(0)");
    CHECK(t.titles({.favorited = "anne"}) == "(0)");
    CHECK(t.titles({.favorited = "jake"}) == "(0)");
    CHECK(t.found_by("secret") == "(0)");
    CHECK(t.get(of_jake)->favorites_count == 1);
    const auto tags = run_coroutine(t.posts->tags({}, nothing()))->tags;
    CHECK_THAT(tags, Catch::UnorderedEquals(std::vector<std::string>{"jakes", "web"}));
    const auto left = whole_database(t.p.store);
    CHECK(left.find("secret") == left.npos);
    CHECK(left.find("Anne") == left.npos);
    CHECK(left.find("'anne'") == left.npos);
    // What follows learns that they are gone, and nothing else of them.
    int ends = 0;
    for (const auto& e : t.p.published()) ends += e.kind == "article_deleted" ? 1 : 0;
    CHECK(ends == 120);

    // Late news, and what was under way.
    t.hear({anne, "anne", "about Anne", {}, 3});
    CHECK(whole_database(t.p.store) == left);
    CHECK(t.publish("Late", command_by(anne)).error().code == errc::unauthenticated);
    CHECK(act(t.p, actions, "account.reopen", anne).has_value());
    CHECK(t.publish("Late", command_by(anne)).error().code == errc::unauthenticated);
}

TEST_CASE("a store from before an account was erased hears of it and erases it") {
    posts_under_test t;
    REQUIRE(t.publish("By anne", command_by(anne)));
    const auto what = subscription_to("users", t.posts->subscriptions());
    const events::event told{9, "account_erased", anne, {}, encode(users::account_erased{anne})};
    for (int i = 0; i < 2; ++i)
        REQUIRE(t.p.write([&](sqlite::connection& db) { what.apply(db, told); }));
    CHECK(t.titles({}) == "(0)");
    // Another log begins, in which the account may be there.
    REQUIRE(t.p.write([&](sqlite::connection& db) { what.reset(db, 1); }));
    CHECK(t.publish("By anne", command_by(anne)).has_value());
}
