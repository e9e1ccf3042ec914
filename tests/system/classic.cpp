// The classic monolith ends an account in one transaction: all of it has happened, or nothing.
#include <signal.h>

#include <catch2/catch.hpp>
#include <random>
#include <sqlite/connection.hpp>
#include <support/eventually.hpp>
#include <thread>

#include "leaving.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

using std::chrono::steady_clock;

// Everything of the person is as it was before.
void check_there(blog_client& client, const person& p) {
    const json::object user{{"email", p.who.email}, {"password", password}};
    CHECK(client.post("/api/users/login", {{"user", user}}).status == 200);
    CHECK(client.get("/api/user", p.who.token).status == 200);
    CHECK(client.get("/api/profiles/" + p.who.username).status == 200);
    const auto article = client.get(article_path(p.slug));
    REQUIRE(article.status == 200);
    CHECK(body_of(article).at("article").at("favoritesCount") == 1);
    CHECK(body_of(client.get(comments_path(p.slug))).at("comments").as_array().size() == 1);
    CHECK(number(client, "/api/articles?favorited=" + p.who.username, "articlesCount") == 1);
    CHECK(number(client, "/api/notifications", "notificationsCount", p.who) == 3);
}

bool logs_in(blog_client& client, const visitor& who) {
    const json::object user{{"email", who.email}, {"password", password}};
    return client.post("/api/users/login", {{"user", user}}).status == 200;
}

void alter(const std::filesystem::path& data, const std::string& sql) {
    sqlite::connection db(data / "blog.db", sqlite::open_mode::owner);
    db.run_script(sql);
}

}  // namespace

TEST_CASE("an account is gone when its deletion is answered", "[.][classic]") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto other = sign_up(client, "stayer");
    const auto slug = publish(client, other, "Stays");
    const auto p = live(client, other, slug);
    const auto begun = delete_account(client, p.who);
    INFO(begun.body);
    REQUIRE(begun.status == 202);
    const auto told = body_of(begun).at("deletion");
    CHECK(told.at("state") == "completed");
    for (const auto& step : told.at("steps").as_array()) CHECK(step.at("state") == "done");
    // Nothing is waited for.
    CHECK(body_of(client.get(begun.field("location"))) == body_of(begun));
    check_gone(client, p);
    CHECK(number(client, "/api/notifications", "notificationsCount", other) == 0);
    CHECK(body_of(client.get(comments_path(slug))).at("comments").as_array().empty());
    const auto stats = body_of(client.get("/api/stats")).at("stats");
    CHECK(stats.at("users") == 1);
    CHECK(stats.at("comments") == 0);
}

TEST_CASE("an account whose deletion fails in some module is as it was", "[.][classic]") {
    scratch_blog blog(topology_arguments());
    std::optional<blog_client> client(blog->at());
    const auto other = sign_up(*client, "stayer");
    const auto slug = publish(*client, other, "Stays");
    const auto p = live(*client, other, slug);
    REQUIRE(blog->stop() == 0);
    // The last but one of its steps.
    alter(blog.data(),
          "CREATE TRIGGER stats_says_no BEFORE INSERT ON stats_saga_steps WHEN NEW.step = 8 "
          "BEGIN SELECT RAISE(ABORT, 'says no'); END");
    blog.restart(topology_arguments());
    client.emplace(blog->at());
    CHECK(delete_account(*client, p.who).status == 500);
    check_there(*client, p);
    const auto listed = run_cleave({"saga", "list", "--json", "--data", blog.data()});
    CHECK(listed.out == "[]\n");

    REQUIRE(blog->stop() == 0);
    alter(blog.data(), "DROP TRIGGER stats_says_no");
    blog.restart(topology_arguments());
    client.emplace(blog->at());
    CHECK(state_at(blog->at(), begin_deletion(*client, p.who)) == "completed");
    check_gone(*client, p);
}

TEST_CASE("after kill -9 within a deletion all of it has happened or nothing", "[.][classic]") {
    scratch_blog blog(topology_arguments());
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    visitor other;
    std::string slug;
    {
        blog_client client(blog->at());
        other = sign_up(client, "stayer");
        slug = publish(client, other, "Stays");
    }
    int ended = 0;
    for (int i = 0; i < 12; ++i) {
        REQUIRE(eventually([&] { return blog->is_ready(); }));
        std::optional<blog_client> client(blog->at());
        const auto p = live(*client, other, slug);
        const auto victim = blog->process_with("users");
        // The password takes most of the time, here as there: so some of these kills come before
        // it was looked at, some within the transaction, some after.
        auto since = steady_clock::now();
        REQUIRE(logs_in(*client, p.who));
        const auto until =
            (steady_clock::now() - since) * static_cast<int>(random() % 100 + 50) / 100;
        int status = 0;  // none: it was killed before it answered
        since = steady_clock::now();
        std::jthread asks([&] {
            try {
                blog_client own(blog->at());
                status = delete_account(own, p.who).status;
            } catch (const std::runtime_error&) {
            }
        });
        while (steady_clock::now() - since < until) std::this_thread::yield();
        ::kill(victim.pid, SIGKILL);
        asks.join();
        REQUIRE(eventually([&] {
            return blog->process_with("users").restarts > victim.restarts && blog->is_ready();
        }));
        client.emplace(blog->at());
        const bool gone = !logs_in(*client, p.who);
        if (gone)
            check_gone(*client, p);
        else
            check_there(*client, p);
        CHECK((status == 0 || status == 202));
        if (status == 202) CHECK(gone);
        ended += gone ? 1 : 0;
    }
    INFO(ended << " of 12 were over");
    const auto all = run_cleave({"saga", "list", "--json", "--data", blog.data()});
    CHECK(static_cast<int>(json::parse(all.out).as_array().size()) == ended);
    for (const auto& one : json::parse(all.out).as_array()) CHECK(one.at("state") == "completed");
}
