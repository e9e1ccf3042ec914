// An account ends: everything of the person goes in every module, and nothing of anybody else's.
#include <signal.h>

#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "leaving.hpp"
#include "outages.hpp"

using namespace cleave::test;

TEST_CASE("a deleted account is gone everywhere, and what is others' stays") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto other = sign_up(client, "stayer");
    const auto slug = publish(client, other, "Stays");
    const auto p = live(client, other, slug);
    REQUIRE(eventually([&] {
        return number(client, "/api/notifications", "notificationsCount", other) == 3 &&
               number(client, "/api/notifications", "notificationsCount", p.who) == 3;
    }));

    check_error(delete_account(client, p.who, "not mine"), 401, "credentials", "invalid");
    check_error(delete_account(client, p.who, ""), 422, "password", "can't be blank");
    const auto begun = delete_account(client, p.who);
    REQUIRE(begun.status == 202);
    const auto told = body_of(begun).at("deletion");
    const std::string id(told.at("id").as_string());
    CHECK(id.size() == 32);
    const auto location = begun.field("location");
    CHECK(location == "/api/deletions/" + id);
    // The very next request finds the session over.
    check_error(delete_account(client, p.who), 401, "token", "is invalid");
    REQUIRE(is_completed(blog->at(), location));
    const auto steps = body_of(client.get(location)).at("deletion").at("steps").as_array();
    CHECK(steps.size() == 2 * known_modules().size());
    for (const auto& step : steps) CHECK(step.at("state") == "done");
    check_error(client.get("/api/deletions/" + std::string(32, '0')), 404, "deletion", "not found");

    check_gone(client, p);
    const auto article = body_of(client.get(article_path(slug))).at("article");
    CHECK(article.at("favoritesCount") == 0);
    CHECK(body_of(client.get(comments_path(slug))).at("comments").as_array().empty());
    CHECK(number(client, "/api/articles", "articlesCount") == 1);
    CHECK(number(client, "/api/notifications", "notificationsCount", other) == 0);
    CHECK(number(client, "/api/notifications", "unreadCount", other) == 0);
    REQUIRE(eventually([&] {
        const auto stats = body_of(client.get("/api/stats")).at("stats");
        return stats.at("users") == 1 && stats.at("articles") == 1 && stats.at("comments") == 0;
    }));
    // Name and e-mail are free again, and lead to somebody else.
    const json::object again{
        {"username", p.who.username}, {"email", p.who.email}, {"password", password}};
    REQUIRE(client.post("/api/users", {{"user", again}}).status == 201);
    check_error(client.get("/api/user", p.who.token), 401, "token", "is invalid");

    const auto listed = run_cleave({"saga", "list", "--json", "--data", blog.data()});
    INFO(listed.err);
    REQUIRE(json::parse(listed.out).as_array().size() == 1);
    CHECK(json::parse(listed.out).at(0).at("state") == "completed");
    REQUIRE(blog->stop() == 0);
    // Nobody runs: the tool looks itself.
    const auto shown = run_cleave({"saga", "show", id, "--data", blog.data()});
    INFO(shown.err);
    CHECK(shown.code == 0);
    CHECK(has(shown.out, "completed"));
    CHECK(run_cleave({"saga", "retry", id, "--data", blog.data()}).code == 1);
    CHECK(run_cleave({"saga", "show", "none", "--data", blog.data()}).code == 1);
    // An edge that starts now knows that the tokens are dead.
    blog.restart(topology_arguments());
    blog_client later(blog->at());
    REQUIRE(eventually([&] { return later.get("/api/user", p.who.token).status == 401; }));
}

TEST_CASE("a deletion waits for a module that is down, and goes on when it is back") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto other = sign_up(client, "stayer");
    const auto slug = publish(client, other, "Stays");
    for (const auto& victim : blog->processes()) {
        if (victim.runs(gateway) || victim.runs("users")) continue;
        INFO(victim.name << " is down");
        const auto p = live(client, other, slug);
        std::string location;
        {
            const outage down(*blog, victim.modules.front());
            location = begin_deletion(client, p.who);
            check_error(client.get("/api/user", p.who.token), 401, "token", "is invalid");
            REQUIRE(eventually([&] {
                const auto all = run_cleave({"saga", "list", "--json", "--data", blog.data()});
                return all.code == 0 && json::parse(all.out).at(0).at("attempts").as_int64() > 0;
            }));
            CHECK(state_at(blog->at(), location) == "running");
        }
        REQUIRE(eventually([&] { return blog->is_ready(); }));
        REQUIRE(is_completed(blog->at(), location));
        check_gone(client, p);
    }
}

TEST_CASE("deletions are completed though every process is killed while they run") {
    scratch_blog blog(topology_arguments());
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    std::vector<person> people;
    visitor other;
    std::string slug;
    {
        blog_client client(blog->at());
        other = sign_up(client, "stayer");
        slug = publish(client, other, "Stays");
        for (int i = 0; i < 12; ++i) people.push_back(live(client, other, slug));
    }
    std::vector<std::string> locations;
    auto victims = blog->processes();
    std::ranges::shuffle(victims, random);
    for (std::size_t i = 0; i < people.size(); ++i) {
        // Not the edge: what it is asked meanwhile would be lost, and that is another test's.
        REQUIRE(eventually([&] { return blog->is_ready(); }));
        blog_client client(blog->at());
        locations.push_back(begin_deletion(client, people[i].who));
        const auto& name = victims[i % victims.size()].modules.front();
        for (unsigned spins = random() % 2'000; spins > 0; --spins) std::this_thread::yield();
        const auto victim = blog->process_with(name);
        if (victim.pid != 0) ::kill(victim.pid, SIGKILL);
        REQUIRE(eventually([&] { return blog->process_with(name).restarts > victim.restarts; }));
    }
    REQUIRE(eventually([&] { return blog->is_ready(); }));
    for (const auto& location : locations) CHECK(is_completed(blog->at(), location));
    blog_client client(blog->at());
    for (const auto& p : people) check_gone(client, p);
    CHECK(number(client, "/api/articles", "articlesCount") == 1);
    CHECK(body_of(client.get(article_path(slug))).at("article").at("favoritesCount") == 0);
    CHECK(body_of(client.get(comments_path(slug))).at("comments").as_array().empty());
    REQUIRE(eventually(
        [&] { return number(client, "/api/notifications", "notificationsCount", other) == 0; }));
}
