// One process is down: what runs elsewhere answers as before, and what runs there is 503 until it
// is back.
#include <signal.h>

#include <catch2/catch.hpp>
#include <functional>
#include <map>

#include "outages.hpp"

using namespace cleave::test;

namespace {

// What shows that a module answers. Its own requests need nobody else; those of `needs_too` need
// other modules as well.
struct probe {
    std::function<http_answer(blog_client&)> ask;
    int expected = 200;
    std::vector<std::string> needs_too{};
};

struct story {
    visitor author, reader;
    std::string slug;
};

story begin_story(running_blog& blog) {
    blog_client client(blog.at());
    story s{sign_up(client, "author"), sign_up(client, "reader"), {}};
    s.slug = publish(client, s.author, "Somebody is down");
    write_comment(client, s.reader, s.slug, "before");
    // From here on comments knows the article, and need not ask posts for it.
    write_comment(client, s.author, s.slug, "mine");
    return s;
}

std::map<std::string, std::vector<probe>> probes_of(const story& s) {
    const auto get = [](std::string target, std::string token = {}) {
        return [=](blog_client& c) { return c.get(target, token); };
    };
    const auto post = [](std::string target, json::value body, std::string token = {}) {
        return [=](blog_client& c) { return c.post(target, body, token); };
    };
    const auto email_and_password = json::object{{"email", s.author.email}, {"password", password}};
    const json::value login = json::object{{"user", email_and_password}};
    const json::value comment = json::object{{"comment", json::object{{"body", "meanwhile"}}}};
    const json::value article = json::object{
        {"article", json::object{{"title", "Meanwhile"}, {"description", "d"}, {"body", "b"}}}};
    return {
        {"users", {{get("/api/user", s.author.token)}, {post("/api/users/login", login)}}},
        {"posts",
         {{get("/api/articles")},
          {get(article_path(s.slug))},
          {get("/api/articles/there-is-none"), 404},
          {post("/api/articles", article, s.author.token), 201}}},
        {"comments",
         {{get(comments_path(s.slug))},
          {post(comments_path(s.slug), comment, s.reader.token), 201, {"posts"}}}},
        {"notifications", {{get("/api/notifications", s.author.token)}}},
        {"stats", {{get(stats_path(s.slug), s.author.token), 200, {"posts"}}}},
    };
}

bool any_of(const std::vector<std::string>& these, const std::vector<std::string>& those) {
    return std::ranges::any_of(these,
                               [&](const auto& one) { return std::ranges::count(those, one) > 0; });
}

}  // namespace

TEST_CASE("there is a probe for every module") {
    scratch_blog blog(topology_arguments());
    const auto probes = probes_of(begin_story(*blog));
    for (const auto& module : known_modules()) {
        INFO(module);
        CHECK(probes.contains(module));
    }
}

TEST_CASE("only what runs in the process that is down is unavailable, and until it is back",
          "[one-instance]") {
    scratch_blog blog(topology_arguments());
    const auto s = begin_story(*blog);
    // Until the comment's event has come everywhere; then each module can stand alone.
    blog_client client(blog->at());
    REQUIRE(eventually([&] {
        return body_of(client.get("/api/notifications", s.author.token)).at("notificationsCount") ==
               1;
    }));
    for (const auto& victim : blog->processes()) {
        if (victim.runs(gateway)) continue;
        INFO(victim.name << " is down");
        {
            const outage down(*blog, victim.modules.front());
            for (const auto& [module, probes] : probes_of(s))
                for (const auto& p : probes) {
                    const auto started = std::chrono::steady_clock::now();
                    const auto answer = p.ask(client);
                    INFO(module << " answers " << answer.head << answer.body);
                    auto needed = p.needs_too;
                    needed.push_back(module);
                    if (any_of(needed, victim.modules))
                        check_down(answer);
                    else
                        CHECK(answer.status == p.expected);
                    // At once, not after a timeout.
                    CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(5));
                }
            // Who may is known without asking anybody.
            check_error(client.post(comments_path(s.slug), json::object()), 401, "token",
                        "is missing");
            check_error(client.get("/api/nothing"), 404, "path", "not found");
            const auto ready = client.get("/readyz");
            CHECK(ready.status == 200);
            std::vector<std::string> said;
            const auto down_now = body_of(ready).at("down").as_array();
            for (const auto& m : down_now) said.emplace_back(m.as_string());
            CHECK_THAT(said, Catch::UnorderedEquals(victim.modules));
        }
        REQUIRE(eventually([&] { return blog->is_ready(); }));
        for (const auto& [module, probes] : probes_of(s))
            for (const auto& p : probes) {
                const auto answer = p.ask(client);
                INFO(module << " answers " << answer.head << answer.body);
                CHECK(answer.status == p.expected);
            }
        CHECK(body_of(client.get("/readyz")).at("down").as_array().empty());
    }
    CHECK(blog->stop() == 0);
    CHECK_THAT(blog->what_is_left(), Catch::Equals(std::vector<std::string>()));
}

TEST_CASE("articles are read all the time while other processes are killed") {
    scratch_blog blog(topology_arguments());
    const auto s = begin_story(*blog);
    blog_client client(blog->at());
    const auto apart = [&](const process_info& p) { return !p.runs(gateway) && !p.runs("posts"); };
    for (const auto& victim : blog->processes()) {
        if (!apart(victim)) continue;
        INFO(victim.name);
        REQUIRE(::kill(victim.pid, SIGKILL) == 0);
        REQUIRE(eventually([&] {
            REQUIRE(client.get(article_path(s.slug)).status == 200);
            return blog->process_with(victim.modules.front()).restarts > victim.restarts &&
                   blog->is_ready();
        }));
        CHECK(blog->process_with(victim.modules.front()).pid != victim.pid);
    }
    CHECK(client.get(comments_path(s.slug)).status == 200);
}

// That is known without users, and to an edge as well that starts meanwhile.
TEST_CASE("a token that was logged out stays dead while users is down, and others go on",
          "[one-instance]") {
    scratch_blog blog(topology_arguments());
    const auto users = blog->process_with("users");
    // Elsewhere what the tokens are for goes down with it.
    if (users.modules.size() > 1) return;
    const auto s = begin_story(*blog);
    visitor out;
    {
        blog_client client(blog->at());
        out = sign_up(client, "out");
        const auto answer = client.post("/api/users/logout", json::object(), out.token);
        REQUIRE(answer.status == 204);
    }
    const outage down(*blog, "users");
    const auto check = [&](int round) {
        blog_client client(blog->at());
        for (const auto& target :
             {std::string("/api/user"), std::string("/api/articles"), article_path(s.slug),
              comments_path(s.slug), stats_path(s.slug), std::string("/api/notifications")}) {
            INFO(target);
            check_error(client.get(target, out.token), 401, "token", "is invalid");
        }
        const auto n = std::to_string(round);
        const auto slug = publish(client, s.author, "Published meanwhile " + n);
        CHECK(client.get(article_path(slug)).status == 200);
        write_comment(client, s.reader, s.slug, "Written meanwhile " + n);
        check_down(client.get("/api/user", s.author.token));
    };
    check(1);
    const auto edge = blog->process_with(gateway);
    REQUIRE(::kill(edge.pid, SIGKILL) == 0);
    REQUIRE(eventually([&] { return blog->process_with(gateway).restarts > edge.restarts; }));
    // Until it knows again where the others are.
    REQUIRE(eventually([&] {
        blog_client client(blog->at());
        return client.get("/api/articles").status == 200 &&
               client.get(comments_path(s.slug)).status == 200;
    }));
    check(2);
}
