// Articles are changed, deleted, and favourites of somebody.
#include "posts_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using posts::article_ref;

namespace {

const problem missing{errc::not_found, "article", "not found", std::nullopt};
const problem not_yours{errc::forbidden, "article", "forbidden", std::nullopt};

}  // namespace

TEST_CASE("a new title makes a new slug, and the old one still finds the article") {
    posts_under_test t;
    const auto made = t.publish("Hello");
    const auto changed = t.change({.slug = "hello", .title = "Good bye"});
    REQUIRE(changed);
    CHECK(changed->slug == "good-bye");
    CHECK(changed->title == "Good bye");
    CHECK(changed->id == made->id);
    CHECK(changed->tag_list == made->tag_list);
    CHECK(changed->created_at == made->created_at);
    CHECK(changed->updated_at > made->updated_at);
    for (const char* slug : {"hello", "good-bye"}) {
        CHECK(encode(*t.get(slug)) == encode(*changed));
        CHECK(run_coroutine(t.posts->find({}, {slug}))->slug == "good-bye");
    }
    // Nobody else gets it, but the article itself may come back to it.
    CHECK(t.publish("Hello")->slug != "hello");
    CHECK(t.change({.slug = "good-bye", .title = "Hello"})->slug == "hello");
    CHECK(t.get("good-bye")->slug == "hello");
}

TEST_CASE("a text that changes keeps the slug, and each edit is later than the one before") {
    posts_under_test t;
    const auto made = t.publish("Hello");
    const auto body = t.change({.slug = "hello", .body = "Another text"});
    REQUIRE(body);
    CHECK(body->body == "Another text");
    CHECK(body->description == "About it");
    CHECK(body->slug == "hello");
    CHECK(body->updated_at.unix_ms == made->created_at.unix_ms + 1);
    const auto about = t.change({.slug = "hello", .description = "Something else"});
    CHECK(about->slug == "hello");
    CHECK(about->updated_at.unix_ms == made->created_at.unix_ms + 2);
    t.p.clock.advance(std::chrono::seconds(1));
    CHECK(t.change({.slug = "hello"})->updated_at.unix_ms == made->created_at.unix_ms + 1000);
    // The same words, written otherwise.
    CHECK(t.change({.slug = "hello", .title = "HELLO!"})->slug == "hello");
}

TEST_CASE("tags are kept, replaced or cleared") {
    posts_under_test t;
    REQUIRE(t.publish("Hello"));
    const auto tags = [&] { return run_coroutine(t.posts->tags({}, {}))->tags; };
    using list = std::vector<std::string>;
    CHECK(tags() == list{"c++", "web"});
    CHECK(t.change({.slug = "hello", .title = "Hello"})->tag_list == list{"c++", "web"});
    CHECK(t.change({.slug = "hello", .tag_list = list{"b", "a", "b"}})->tag_list == list{"a", "b"});
    CHECK(tags() == list{"a", "b"});
    CHECK(t.titles({.tag = "web"}) == "(0)");
    CHECK(t.titles({.tag = "a"}) == "Hello (1)");
    CHECK(t.change({.slug = "hello", .tag_list = list{}})->tag_list.empty());
    CHECK(tags().empty());
}

TEST_CASE("tags in use are listed, the most used first") {
    posts_under_test t;
    REQUIRE(t.publish("a", command_by(jake), {"one", "two", "세"}));
    REQUIRE(t.publish("b", command_by(jake), {"two", "세"}));
    REQUIRE(t.publish("c", command_by(jake), {"세"}));
    CHECK(run_coroutine(t.posts->tags({}, {}))->tags ==
          std::vector<std::string>{"세", "two", "one"});
    REQUIRE(t.remove("a"));
    CHECK(run_coroutine(t.posts->tags({}, {}))->tags == std::vector<std::string>{"세", "two"});
}

TEST_CASE("an article is changed and deleted by its author and moderators alone") {
    posts_under_test t;
    REQUIRE(t.publish("Hello"));
    const auto change = [&](command_context context) {
        const auto outcome = t.change({.slug = "hello", .body = "x"}, context);
        return outcome ? problem{} : outcome.error();
    };
    CHECK(change({}).code == errc::unauthenticated);
    CHECK(change(command_by(anne)) == not_yours);
    CHECK(change(as_role(anne, role::reader)) == not_yours);
    CHECK(change(as_role(jake, role::reader)) == problem{});  // It is still theirs.
    CHECK(change(as_role(moderator, role::moderator)) == problem{});
    CHECK(change(as_role(moderator, role::admin)) == problem{});
    CHECK(t.get("hello")->author.username == "jake");
    CHECK(t.change({.slug = "none", .body = "x"}).error() == missing);
    CHECK(t.change({.slug = "hello", .title = " "}).error().pointer == "/article/title");
    CHECK(t.remove("hello", {}).error().code == errc::unauthenticated);
    CHECK(t.remove("hello", command_by(anne)).error() == not_yours);
    CHECK(t.remove("none").error() == missing);
    CHECK(t.remove("hello", as_role(moderator, role::moderator)));
    CHECK(t.remove("hello").error() == missing);
}

TEST_CASE("a reader publishes nothing") {
    posts_under_test t;
    CHECK(t.publish("Hello", as_role(jake, role::reader)).error() ==
          problem{errc::forbidden, "role", "forbidden", std::nullopt});
    CHECK(t.p.published().empty());
}

TEST_CASE("a deleted article leaves nothing behind") {
    posts_under_test t;
    REQUIRE(t.publish("Hello"));
    REQUIRE(t.change({.slug = "hello", .title = "Good bye"}));
    REQUIRE(t.favorite("good-bye", anne));
    REQUIRE(t.remove("hello"));
    for (const char* slug : {"hello", "good-bye"}) CHECK(t.get(slug).error() == missing);
    for (const posts::list_request& r : std::vector<posts::list_request>{
             {}, {.tag = "web"}, {.author = "jake"}, {.favorited = "anne"}, {.search = "text"}})
        CHECK(t.titles(r) == "(0)");
    CHECK(run_coroutine(t.posts->tags({}, {}))->tags.empty());
    const auto again = t.publish("Hello");
    CHECK(again->slug == "hello");
    CHECK(again->favorites_count == 0);
    CHECK(t.found_by("text") == "Hello (1)");
}

TEST_CASE("whoever follows is told of changes and of the end") {
    posts_under_test t;
    const auto made = t.publish("Hello");
    REQUIRE(t.change({.slug = "hello", .title = "Good bye"}));
    REQUIRE(t.remove("hello"));
    const auto events = t.p.published();
    REQUIRE(t.published_kinds() ==
            std::vector<std::string>{"article_published", "article_changed", "article_deleted"});
    const article_ref now{made->id, "good-bye", "Good bye", jake};
    CHECK(decode<posts::article_changed>(events[1].body)->article == now);
    CHECK(decode<posts::article_deleted>(events[2].body)->article == now);
    CHECK(events[2].key == made->id);
}

TEST_CASE("a favourite is one however often it is said") {
    posts_under_test t;
    const auto made = t.publish("Hello");
    for (int i = 0; i < 2; ++i) {
        const auto now = t.favorite("hello", anne);
        REQUIRE(now);
        CHECK(now->favorited);
        CHECK(now->favorites_count == 1);
        CHECK(now->updated_at == made->updated_at);
    }
    CHECK(t.favorite("hello", jake)->favorites_count == 2);
    CHECK(t.get("hello", query_by(anne))->favorited);
    CHECK_FALSE(t.get("hello")->favorited);
    CHECK(t.list({}, query_by(anne)).articles.front().favorited);
    CHECK_FALSE(t.list({}, query_by(moderator)).articles.front().favorited);
    for (int i = 0; i < 2; ++i) {
        const auto now = t.unfavorite("hello", anne);
        CHECK_FALSE(now->favorited);
        CHECK(now->favorites_count == 1);
    }
    CHECK(t.published_kinds() == std::vector<std::string>{"article_published", "article_favorited",
                                                          "article_favorited",
                                                          "article_unfavorited"});
    const auto told = decode<posts::article_favorited>(t.p.published()[1].body);
    CHECK(told->user_id == anne);
    CHECK(told->article == article_ref{made->id, "hello", "Hello", jake});
    CHECK(t.favorite("none", anne).error() == missing);
    CHECK(t.unfavorite("none", anne).error() == missing);
    CHECK(run_coroutine(t.posts->favorite({}, {"hello"})).error().code == errc::unauthenticated);
}

TEST_CASE("a change that is sent again is done once") {
    posts_under_test t;
    REQUIRE(t.publish("Hello"));
    auto context = command_by(jake);
    context.key = key_number(1);
    const auto first = t.change({.slug = "hello", .title = "New"}, context);
    const auto again = t.change({.slug = "hello", .title = "New"}, context);
    CHECK(encode(*first) == encode(*again));
    CHECK(t.published_kinds().size() == 2);
    context.key = key_number(2);
    CHECK(t.remove("new", context));
    CHECK(t.remove("new", context));
    CHECK(t.published_kinds().size() == 3);
}

TEST_CASE("no article takes the place of the feed") {
    posts_under_test t;
    CHECK(t.publish("Feed")->slug.starts_with("feed-"));
    REQUIRE(t.publish("Hello"));
    CHECK(t.change({.slug = "hello", .title = "FEED"})->slug.starts_with("feed-"));
}
