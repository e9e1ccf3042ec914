// What makes the split that people usually build of one that is built well: reads that ask users
// whose each item is, and commands that wait for all who follow. The public API is the same while
// everything is up; what is different when it is not stands here.
#include <catch2/catch.hpp>

#include "leaving.hpp"
#include "outages.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

std::vector<std::string> with(const std::vector<std::string>& settings) {
    auto all = topology_arguments();
    for (const auto& s : settings) all.insert(all.end(), {"--set", s});
    return all;
}

// Of posts to users for profiles, so far.
int profiles_asked(running_blog& blog) {
    const auto found = sample(
        blog, "posts",
        {"cleave_calls_total", "caller=\"posts\"", "method=\"get_profiles\"", "outcome=\"ok\""});
    return std::max(0, static_cast<int>(found));
}

std::int64_t told(blog_client& client, const visitor& who) {
    return number(client, "/api/notifications", "notificationsCount", who);
}

}  // namespace

TEST_CASE("a page of twenty articles asks users never, once or twenty times", "[.][toggles]") {
    const auto [how, calls] =
        GENERATE(table<std::string, int>({{"view", 0}, {"batch", 1}, {"each", 20}}));
    scratch_blog blog(with({"reads.authors=" + how}));
    blog_client client(blog->at());
    const auto author = sign_up(client, "author");
    for (int i = 0; i < 20; ++i) publish(client, author, "Whose?");
    const auto before = profiles_asked(*blog);
    const auto page = body_of(client.get("/api/articles"));
    REQUIRE(page.at("articles").as_array().size() == 20);
    for (const auto& a : page.at("articles").as_array())
        CHECK(a.at("author").at("username") == json::string(author.username));
    INFO(how);
    CHECK(profiles_asked(*blog) - before == calls);
}

TEST_CASE("without users a read that asks for authors is 503, and a view answers",
          "[.][toggles-apart]") {
    const auto how = GENERATE(as<std::string>(), "view", "batch", "each");
    INFO(how);
    scratch_blog blog(with({"reads.authors=" + how}));
    blog_client client(blog->at());
    const auto author = sign_up(client, "author");
    const auto slug = publish(client, author, "Whose?");
    write_comment(client, author, slug, "Mine");
    const std::vector<std::string> reads{article_path(slug), "/api/articles?limit=1",
                                         comments_path(slug)};
    for (const auto& target : reads) CHECK(client.get(target).status == 200);
    {
        const outage now(*blog, "users");
        for (const auto& target : reads) {
            const auto answer = client.get(target);
            if (how == "view")
                CHECK(answer.status == 200);
            else
                check_down(answer);
        }
        CHECK(client.get("/api/tags").status == 200);
    }
    for (const auto& target : reads)
        CHECK(eventually([&] { return client.get(target).status == 200; }));
}

TEST_CASE("where events are awaited, what a command causes is there with its answer",
          "[.][toggles]") {
    scratch_blog blog(with({"events.delivery=awaited"}));
    blog_client client(blog->at());
    const auto author = sign_up(client, "author"), reader = sign_up(client, "reader");
    const auto slug = publish(client, author, "Told at once");
    for (int i = 1; i <= 30; ++i) {
        write_comment(client, reader, slug, "Hello");
        CHECK(told(client, author) == i);
        const auto figures = body_of(client.get("/api/stats")).at("stats");
        CHECK(figures.at("comments") == i);
    }
}

TEST_CASE("an awaited follower that is down makes a command's outcome unknown, and it is done once",
          "[.][toggles-apart]") {
    scratch_blog blog(with({"events.delivery=awaited", "http.request_timeout_ms=1000"}));
    blog_client client(blog->at());
    const auto author = sign_up(client, "author"), reader = sign_up(client, "reader");
    const auto slug = publish(client, author, "Waiting");
    const json::value comment = json::object{{"comment", json::object{{"body", "Hello"}}}};
    const auto key = idempotency_key("hello");
    {
        const outage now(*blog, "notifications");
        const auto answer = client.post(comments_path(slug), comment, reader.token, key);
        check_error(answer, 504, "service", "outcome unknown");
        // Reads, and commands that nobody follows, are as ever.
        CHECK(client.get(comments_path(slug)).status == 200);
        CHECK(client
                  .post("/api/users/login",
                        json::object{{"user", json::object{{"email", reader.email},
                                                           {"password", password}}}})
                  .status == 200);
    }
    REQUIRE(eventually([&] { return blog->is_ready(); }));
    // Who asks again gets the answer of the first time.
    const auto again = client.post(comments_path(slug), comment, reader.token, key);
    CHECK(again.status == 201);
    CHECK(body_of(client.get(comments_path(slug))).at("comments").as_array().size() == 1);
    REQUIRE(eventually([&] { return told(client, author) == 1; }));
    write_comment(client, reader, slug, "Once more");
    CHECK(told(client, author) == 2);
}
