// Lists: pages, filters, the feed, and what is relative to the caller.
#include "posts_under_test.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

// a: jake, x; b: anne, x y; c: jake, y; anne likes a and b.
struct three_articles : posts_under_test {
    three_articles() {
        REQUIRE(publish("a", command_by(jake), {"x"}));
        REQUIRE(publish("b", command_by(anne), {"x", "y"}));
        REQUIRE(publish("c", command_by(jake), {"y"}));
        REQUIRE(favorite("a", anne));
        REQUIRE(favorite("b", anne));
    }
};

}  // namespace

TEST_CASE("articles are filtered by tag, author and favourites, and all of them together") {
    three_articles t;
    CHECK(t.titles({.tag = "x"}) == "b a (2)");
    CHECK(t.titles({.tag = "X"}) == "(0)");
    CHECK(t.titles({.author = "jake"}) == "c a (2)");
    CHECK(t.titles({.author = "JAKE"}) == "c a (2)");
    CHECK(t.titles({.favorited = "anne"}) == "b a (2)");
    CHECK(t.titles({.favorited = "jake"}) == "(0)");
    CHECK(t.titles({.tag = "x", .author = "jake"}) == "a (1)");
    CHECK(t.titles({.tag = "y", .favorited = "anne"}) == "b (1)");
    CHECK(t.titles({.author = "jake", .favorited = "anne"}) == "a (1)");
    CHECK(t.titles({.tag = "x", .author = "jake", .favorited = "anne"}) == "a (1)");
    CHECK(t.titles({.tag = "y", .author = "jake", .favorited = "anne"}) == "(0)");
    CHECK(t.titles({.tag = "x", .search = "text"}) == "a b (2)");  // b has more tags
    CHECK(t.titles({.tag = "x", .author = "anne", .favorited = "anne", .search = "text"}) ==
          "b (1)");
}

TEST_CASE("a filter by somebody who is not there, or was never heard of, finds nothing") {
    three_articles t;
    for (const char* name : {"nobody", "", "jake ", "'; DROP TABLE posts_articles"}) {
        CHECK(t.titles({.author = name}) == "(0)");
        CHECK(t.titles({.favorited = name}) == "(0)");
    }
}

TEST_CASE("a page of a filter has the number of all that match") {
    posts_under_test t;
    for (int i = 0; i < 5; ++i)
        REQUIRE(t.publish(std::to_string(i), command_by(jake), {"x", i % 2 ? "odd" : "even"}));
    CHECK(t.titles({.limit = 2, .offset = 1, .tag = "x"}) == "3 2 (5)");
    CHECK(t.titles({.limit = 2, .offset = 4, .tag = "x"}) == "0 (5)");
    CHECK(t.titles({.limit = 2, .offset = 9, .tag = "x"}) == "(5)");
    CHECK(t.titles({.limit = 2, .tag = "even", .author = "jake"}) == "4 2 (3)");
    CHECK(t.titles({.limit = 2, .offset = 9, .tag = "even", .author = "jake"}) == "(3)");
    CHECK(t.titles({.limit = 2, .offset = 1, .search = "text"}) == "3 2 (5)");
    CHECK(t.titles({.limit = 2, .offset = 5'000}) == "(5)");
    CHECK(t.titles({.limit = 1, .offset = INT64_MAX, .author = "jake"}) == "(5)");
}

TEST_CASE("a hundred articles are the most that a page has") {
    posts_under_test t;
    for (int i = 0; i < 103; ++i) REQUIRE(t.publish("t", command_by(jake), {"x"}));
    CHECK(t.list({.limit = 1000}).articles.size() == 100);
    CHECK(t.list({.limit = 1000, .tag = "x"}).articles.size() == 100);
    CHECK(t.list({.limit = 1000, .tag = "x"}).total == 103);
    CHECK(t.list({.limit = 1000, .search = "text"}).articles.size() == 100);
}

TEST_CASE("the feed has the articles of those whom the caller follows, newest first") {
    posts_under_test t;
    const auto feed = [&](posts::feed_request r, query_context context = query_by(anne)) {
        return run_coroutine(t.posts->feed(context, r));
    };
    for (int i = 0; i < 6; ++i)
        REQUIRE(t.publish(std::to_string(i), command_by(i % 3 == 0   ? jake
                                                        : i % 3 == 1 ? anne
                                                                     : 9)));
    CHECK(t.shown(*feed({})) == "(0)");
    t.users.follows[anne] = {jake};
    CHECK(t.shown(*feed({})) == "3 0 (2)");
    t.users.follows[anne] = {jake, 9};
    CHECK(t.shown(*feed({})) == "5 3 2 0 (4)");
    CHECK(t.shown(*feed({.limit = 2})) == "5 3 (4)");
    CHECK(t.shown(*feed({.limit = 2, .offset = 1})) == "3 2 (4)");
    CHECK(t.shown(*feed({.limit = 2, .offset = 3})) == "0 (4)");
    CHECK(t.shown(*feed({.limit = 2, .offset = 4})) == "(4)");
    CHECK(t.shown(*feed({.limit = 100, .offset = INT64_MAX})) == "(4)");
    CHECK(feed({})->articles.front().author.following);
    t.users.follows[anne].insert(404);  // has published nothing
    CHECK(t.shown(*feed({})) == "5 3 2 0 (4)");
    CHECK(feed({}, query_by_nobody()).error().code == errc::unauthenticated);
    t.users.down = true;
    CHECK(feed({}).error().code == errc::not_executed);
}

TEST_CASE("whether the caller follows an author is asked once a page, and only for somebody") {
    three_articles t;
    t.users.follows[anne] = {jake};
    const int before = t.users.calls;
    CHECK_FALSE(t.get("a")->author.following);
    CHECK_FALSE(t.list({}).articles[0].author.following);
    CHECK(t.users.calls == before);
    CHECK(t.get("a", query_by(anne))->author.following);
    CHECK_FALSE(t.get("b", query_by(anne))->author.following);
    CHECK(t.users.calls == before + 2);
    const auto page = t.list({}, query_by(anne));
    CHECK(t.users.calls == before + 3);
    CHECK(page.articles[0].author.following);
    CHECK_FALSE(page.articles[1].author.following);
    CHECK(t.favorite("a", anne)->author.following);
    t.users.down = true;
    CHECK_FALSE(t.get("a", query_by(anne))->author.following);
    CHECK(t.list({}, query_by(anne)).total == 3);
    CHECK(t.favorite("c", anne)->favorited);
}

TEST_CASE("an author's new name finds the articles, and the old one no longer") {
    three_articles t;
    t.hear({jake, "jacob", std::nullopt, std::nullopt, 2});
    CHECK(t.titles({.author = "jacob"}) == "c a (2)");
    CHECK(t.titles({.author = "jake"}) == "(0)");
    CHECK(t.get("a")->author.username == "jacob");
    // Somebody else takes the old name, and the news come in any order.
    t.hear({anne, "jake", std::nullopt, std::nullopt, 2});
    CHECK(t.titles({.author = "jake"}) == "b (1)");
    // Users was restored to what it was, and tells everything again.
    REQUIRE(t.p.write([&](sqlite::connection& db) {
        subscription_to("users", t.posts->subscriptions()).reset(db, 1);
    }));
    t.hear({jake, "jake", std::nullopt, std::nullopt, 1});
    CHECK(t.get("a")->author.username == "jake");
}
