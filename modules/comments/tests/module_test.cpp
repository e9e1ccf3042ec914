#include "comments_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::comments;

TEST_CASE("comments are read as they were written, oldest first and all of them") {
    comments_under_test t;
    const auto made = t.write("first");
    REQUIRE(made);
    CHECK(made->body == "first");
    CHECK(made->author.username == "anne");
    CHECK(made->created_at == fixed_clock::start);
    CHECK(made->updated_at == made->created_at);
    for (int i = 0; i < 120; ++i) REQUIRE(t.write("more", command_by(jake)));
    REQUIRE(t.write("elsewhere", command_by(anne), "other"));

    const auto all = t.read();
    REQUIRE(all);
    REQUIRE(all->comments.size() == 121);
    CHECK(encode(all->comments.front()) == encode(*made));
    CHECK(all->comments.back().author.username == "jake");
    CHECK(t.bodies("hello", 2) == "first more ");
    CHECK(t.bodies("hello", -1) == "first ");
    CHECK(t.bodies("other") == "elsewhere ");
}

TEST_CASE("a comment's event names all that a notification needs") {
    comments_under_test t;
    const auto made = t.write("first");
    REQUIRE(made);
    const auto events = t.p.published();
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == "comment_written");
    CHECK(events[0].key == 1);
    CHECK(events[0].at == fixed_clock::start);
    const auto told = decode<comment_written>(events[0].body);
    REQUIRE(told);
    CHECK(told->comment_id == made->id);
    CHECK(told->article == commented_article{1, "hello", "The title of hello", jake});
    CHECK(told->author_id == anne);
    CHECK(told->author_username == "anne");
}

TEST_CASE("a command that is sent again writes one comment and one event") {
    comments_under_test t;
    auto context = command_by(anne);
    context.key = key_number(1);
    const auto first = t.write("once", context), again = t.write("once", context);
    REQUIRE(first);
    REQUIRE(again);
    CHECK(encode(*first) == encode(*again));
    CHECK(t.bodies("hello") == "once ");
    CHECK(t.p.published().size() == 1);
    // The key is anne's; the same one of jake's is another.
    auto others = command_by(jake);
    others.key = context.key;
    REQUIRE(t.write("twice", others));
    CHECK(t.bodies("hello") == "once twice ");
}

TEST_CASE("what cannot be a comment is refused, and nothing is written") {
    comments_under_test t;
    CHECK(t.write("x", {}).error().code == errc::unauthenticated);
    CHECK(t.write("  ").error().subject == "body");
    CHECK(t.write("x", command_by(anne), "missing").error() ==
          problem{errc::not_found, "article", "not found", std::nullopt});
    CHECK(t.write("x", command_by(999)).error().code == errc::unauthenticated);
    t.posts.down = true;
    CHECK(t.write("x").error().code == errc::not_executed);
    t.posts.down = false;
    t.users.down = true;
    CHECK(t.write("x").error().code == errc::not_executed);
    CHECK(t.p.published().empty());
    CHECK(t.bodies("hello").empty());
}

TEST_CASE("an unknown author is asked of users once") {
    comments_under_test t;
    REQUIRE(t.write("first"));
    REQUIRE(t.write("second"));
    CHECK(t.users.calls == 1);
    t.hear("users", users::profile_changed{{jake, "jake", std::nullopt, std::nullopt, 1}});
    t.users.down = true;
    CHECK(t.write("third", command_by(jake)));
}

TEST_CASE("an author is as users told it last") {
    comments_under_test t;
    REQUIRE(t.write("first"));
    t.hear("users", users::profile_changed{{anne, "anna", "a bio", "an image", 3}});
    t.hear("users", users::profile_changed{{anne, "anne", std::nullopt, std::nullopt, 2}});
    const auto found = t.read();
    REQUIRE(found);
    CHECK(found->comments[0].author.username == "anna");
    CHECK(found->comments[0].author.bio == "a bio");
    CHECK(found->comments[0].author.image == "an image");
    REQUIRE(t.write("second"));
    CHECK(decode<comment_written>(t.p.published().back().body)->author_username == "anna");
}

TEST_CASE("comments are readable while posts is down, once their article was heard of") {
    comments_under_test t;
    REQUIRE(t.write("first"));
    CHECK(t.posts.calls == 1);
    CHECK(t.bodies("hello") == "first ");
    CHECK(t.posts.calls == 2);
    t.hear("posts", posts::article_published{t.posts.articles["hello"]});
    t.posts.down = true;
    CHECK(t.bodies("hello") == "first ");
    CHECK(t.posts.calls == 2);
    CHECK(t.read("other").error().code == errc::not_executed);
    t.posts.down = false;
    CHECK(t.bodies("other").empty());
    CHECK(t.read("missing").error() ==
          problem{errc::not_found, "article", "not found", std::nullopt});
}

TEST_CASE("an article that is told of again, or takes over a slug, does no harm") {
    comments_under_test t;
    const posts::article_published told{t.posts.articles["hello"]};
    t.hear("posts", told);
    t.hear("posts", told);
    REQUIRE(t.write("to the first"));
    t.hear("posts", posts::article_published{t.posts.add(3, "hello", anne)});
    REQUIRE(t.write("to the second"));
    CHECK(t.bodies("hello") == "to the second ");
}

TEST_CASE("the routes of comments answer as RealWorld expects") {
    comments_under_test t;
    const auto routes = t.comments->routes();
    public_request write{.method = http::verb::post,
                         .path = "/api/articles/{slug}/comments",
                         .body = R"({"comment":{"body":"Thank you \"so\" much"}})",
                         .caller = anne,
                         .params = {{"slug", "hello"}}};
    const auto made = answer_to(routes, write);
    CHECK(made.status == 201);
    const std::string comment =
        R"({"id":1,"createdAt":"2026-08-13T10:00:00.123Z","updatedAt":"2026-08-13T10:00:00.123Z",)"
        R"("body":"Thank you \"so\" much",)"
        R"("author":{"username":"anne","bio":null,"image":null,"following":false}})";
    CHECK(made.body == R"({"comment":)" + comment + "}");

    public_request read{.path = write.path, .params = write.params};
    for (const char* query : {"", "limit=1", "limit=nonsense", "limit=0", "limit=-1"}) {
        read.query = query;
        const auto found = answer_to(routes, read);
        CHECK(found.status == 200);
        CHECK(found.body == R"({"comments":[)" + comment + "]}");
    }
    read.params = {{"slug", "other"}};
    CHECK(answer_to(routes, read).body == R"({"comments":[]})");
    read.params = {{"slug", "missing"}};
    CHECK(answer_to(routes, read).status == 404);
    CHECK(answer_to(routes, read).body == R"({"errors":{"article":["not found"]}})");
    for (const char* blank :
         {R"({"comment":{}})", R"({"comment":{"body":null}})", R"({"comment":{"body":" "}})"}) {
        write.body = blank;
        const auto refused = answer_to(routes, write);
        CHECK(refused.status == 422);
        CHECK(refused.body == R"({"errors":{"body":["can't be blank"]}})");
    }
}

TEST_CASE("a body at its limit fits its route, however it is escaped") {
    comments_under_test t;
    for (const auto& route : t.comments->routes()) {
        if (route.method != http::verb::post) continue;
        std::string body = R"({"comment":{"body":")";
        for (int i = 0; i < 64 * 1024; ++i) body += R"(\u0041)";
        body += R"("}})";
        CHECK(body.size() <= route.body_bytes_max);
    }
}
