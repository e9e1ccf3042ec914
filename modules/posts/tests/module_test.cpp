#include "posts_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::posts;

TEST_CASE("an article is read as it was published") {
    posts_under_test t;
    const auto made = t.publish("Hello, World!");
    REQUIRE(made);
    CHECK(made->slug == "hello-world");
    CHECK(made->tag_list == std::vector<std::string>{"c++", "web"});
    CHECK(made->created_at == fixed_clock::start);
    CHECK(made->updated_at == made->created_at);
    CHECK(made->author.username == "jake");
    const auto found = t.get("hello-world");
    REQUIRE(found);
    CHECK(encode(*found) == encode(*made));
    CHECK(found->body == "The text");
    CHECK(t.get("hello").error() == problem{errc::not_found, "article", "not found", std::nullopt});
}

TEST_CASE("an article's event names all that others need") {
    posts_under_test t;
    const auto made = t.publish("Hello");
    REQUIRE(made);
    const auto events = t.p.published();
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == "article_published");
    CHECK(events[0].key == made->id);
    const auto told = decode<article_published>(events[0].body);
    CHECK(told->article == article_ref{made->id, "hello", "Hello", 7});
    CHECK(run_coroutine(t.posts->find({}, get_request{"hello"})) == told->article);
}

TEST_CASE("articles of one title have slugs of their own") {
    posts_under_test t;
    const auto first = t.publish("Hello"), second = t.publish("Hello");
    REQUIRE(first);
    REQUIRE(second);
    CHECK(second->slug.starts_with("hello-"));
    CHECK(t.get("hello")->id == first->id);
    CHECK(t.get(second->slug)->id == second->id);
}

TEST_CASE("a command that is sent again publishes once") {
    posts_under_test t;
    auto context = command_by(7);
    context.key = key_number(1);
    const auto first = t.publish("Hello", context), again = t.publish("Hello", context);
    REQUIRE(first);
    REQUIRE(again);
    CHECK(encode(*first) == encode(*again));
    CHECK(t.p.published().size() == 1);
    CHECK(run_coroutine(t.posts->list({}, {}))->total == 1);
}

TEST_CASE("nobody publishes anonymously, and nothing that is not an article") {
    posts_under_test t;
    CHECK(t.publish("Hello", {}).error().code == errc::unauthenticated);
    CHECK(t.publish(" ").error().subject == "title");
    CHECK(t.p.published().empty());
}

TEST_CASE("pages are newest first, with the number of all") {
    posts_under_test t;
    for (const char* title : {"a", "b", "c", "d", "e"}) REQUIRE(t.publish(title));
    CHECK(t.titles({}) == "e d c b a (5)");
    CHECK(t.titles({.limit = 2, .offset = 1}) == "d c (5)");
    CHECK(t.titles({.limit = -5, .offset = -5}) == "e (5)");
    CHECK(t.titles({.limit = 2, .offset = 100}) == "(5)");
    const auto page = run_coroutine(t.posts->list({}, {.limit = 1}));
    CHECK(page->total == 5);
    CHECK_FALSE(page->articles.front().body);
}

TEST_CASE("an unknown author is asked of users once, before anything is written") {
    posts_under_test t;
    t.users.down = true;
    CHECK(t.publish("Hello").error().code == errc::not_executed);
    CHECK(t.p.published().empty());
    t.users.down = false;
    REQUIRE(t.publish("Hello"));
    CHECK(t.users.calls == 2);
    t.users.down = true;
    CHECK(t.publish("Hello again"));
    CHECK(t.users.calls == 2);
    // A token whose account is gone.
    t.users.down = false;
    CHECK(t.publish("Hello", command_by(99)).error().code == errc::unauthenticated);
}

TEST_CASE("an author is as users told it last") {
    posts_under_test t;
    REQUIRE(t.publish("Hello"));
    t.hear({7, "jacob", "a bio", "an image", 3});
    CHECK(t.get("hello")->author.username == "jacob");
    CHECK(t.get("hello")->author.bio == "a bio");
    t.hear({7, "jake", std::nullopt, std::nullopt, 2});  // late
    CHECK(t.get("hello")->author.username == "jacob");
    t.hear({10, "ann", std::nullopt, std::nullopt, 1});  // never heard of
    t.users.down = true;
    CHECK(t.publish("By Anne", command_by(10))->author.username == "ann");
}

TEST_CASE("views are published together, and not when there are none") {
    posts_under_test t;
    const auto a = t.publish("a"), b = t.publish("b");
    const auto routes = t.posts->routes();
    const auto read = [&](const std::string& slug, const std::string& agent = "Firefox") {
        public_request request{.path = "/api/articles/{slug}", .params = {{"slug", slug}}};
        request.client = {"203.0.113.7", agent, "example.com"};
        return answer_to(routes, request).status;
    };
    run_coroutine(t.posts->publish_views({}));
    CHECK(t.p.published().size() == 2);
    CHECK(read("a") == 200);
    CHECK(read("b") == 200);
    CHECK(read("a") == 200);
    CHECK(read("c") == 404);
    CHECK(read("a", "Googlebot/2.1") == 200);
    run_coroutine(t.posts->publish_views({}));
    run_coroutine(t.posts->publish_views({}));
    const auto events = t.p.published();
    REQUIRE(events.size() == 3);
    CHECK(events[2].kind == "views_counted");
    auto told = decode<views_counted>(events[2].body)->counts;
    std::ranges::sort(told, {}, &article_views::article_id);
    REQUIRE(told.size() == 2);
    CHECK((told[0].article_id == a->id && told[0].views == 2));
    CHECK((told[1].article_id == b->id && told[1].views == 1));
    CHECK(told[0].visitor);
    CHECK(told[0].visitor == told[1].visitor);
    CHECK(told[0].referrer_host == "example.com");
    CHECK_FALSE(events[2].body.contains("203.0"));
}

TEST_CASE("views that could not be published are not lost") {
    posts_under_test t;
    REQUIRE(t.publish("a"));
    const public_request read{.path = "/api/articles/{slug}", .params = {{"slug", "a"}}};
    CHECK(answer_to(t.posts->routes(), read).status == 200);
    t.p.store.writer().stop();  // Refuses what comes: not executed.
    run_coroutine(t.posts->publish_views({}));
    CHECK(t.p.published().size() == 1);
}

TEST_CASE("the routes of posts answer as RealWorld expects") {
    posts_under_test t;
    const auto routes = t.posts->routes();
    public_request create{.method = http::verb::post, .path = "/api/articles", .caller = 7};
    create.body =
        R"({"article":{"title":"Hello","description":"d","body":"b","tagList":["z","a"]}})";
    const auto made = answer_to(routes, create);
    CHECK(made.status == 201);
    const std::string common =
        R"("tagList":["a","z"],"createdAt":"2026-08-13T10:00:00.123Z",)"
        R"("updatedAt":"2026-08-13T10:00:00.123Z","favorited":false,"favoritesCount":0,)"
        R"("author":{"username":"jake","bio":null,"image":null,"following":false}})";
    CHECK(made.body ==
          R"({"article":{"slug":"hello","title":"Hello","description":"d","body":"b",)" + common +
              "}");
    const auto page = answer_to(routes, {.path = "/api/articles"});
    CHECK(page.body == R"({"articles":[{"slug":"hello","title":"Hello","description":"d",)" +
                           common + R"(],"articlesCount":1})");
    CHECK(answer_to(routes, {.path = "/api/articles", .query = "limit=x&offset=9"}).body ==
          R"({"articles":[],"articlesCount":1})");
    create.body = R"({"article":{"description":"d","body":"b"}})";
    const auto blank = answer_to(routes, create);
    CHECK(blank.status == 422);
    CHECK(blank.body == R"({"errors":{"title":["can't be blank"]}})");
}

// A users module that hangs costs half of the time, and not the answer.
TEST_CASE("whom the caller follows is asked with time to spare for the answer") {
    posts_under_test posts;
    const auto slug = posts.publish("Hello")->slug;
    auto asking = query_by(anne);
    const auto now = std::chrono::steady_clock::now();
    asking.deadline = now + std::chrono::hours(2);
    REQUIRE(posts.get(slug, asking));
    CHECK(posts.users.asked_until < now + std::chrono::minutes(1));
    asking.deadline = now + std::chrono::milliseconds(1'800);
    REQUIRE(posts.get(slug, asking));
    CHECK(posts.users.asked_until < asking.deadline);
}
