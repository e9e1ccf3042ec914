// Starting, stopping and being killed, in every topology.
#include <signal.h>

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <thread>

#include "topology.hpp"

using namespace cleave::test;

namespace {

json::value comment(std::string_view body) {
    return json::object{{"comment", json::object{{"body", body}}}};
}

std::vector<std::string> bodies_of_comments(blog_client& client, const std::string& slug) {
    std::vector<std::string> bodies;
    const auto answer = body_of(client.get(comments_path(slug)));
    for (const auto& c : answer.at("comments").as_array())
        bodies.emplace_back(c.at("body").as_string());
    return bodies;
}

// Writes comments, one after the other and each once, until the blog takes no more of them.
struct last_writer {
    std::set<std::string> answered;
    std::string unanswered;

    void write(const address& to, const std::string& slug, const std::string& token,
               const std::string& name) {
        blog_client client(to);
        for (int i = 0;; ++i) {
            const auto body = name + "-" + std::to_string(i);
            try {
                const auto answer = client.post(comments_path(slug), comment(body), token);
                if (answer.status == 201) answered.insert(body);
                if (answer.status != 201 || answer.closes()) return;
            } catch (const not_connected&) {
                return;
            } catch (const connection_lost&) {
                unanswered = body;
                return;
            }
        }
    }
};

}  // namespace

TEST_CASE("it stops when it is asked to, and leaves nothing behind") {
    for (const int number : {SIGTERM, SIGINT}) {
        INFO("signal " << number);
        scratch_blog blog(topology_arguments());
        blog_client client(blog->at());
        REQUIRE(client.get("/api/articles").status == 200);
        const auto pids = blog->pids();
        blog->up().signal(number);
        CHECK(blog->up().wait() == 0);
        CHECK_THAT(blog->what_is_left(), Catch::Equals(std::vector<std::string>()));
        for (const pid_t pid : pids) CHECK(::kill(pid, 0) != 0);
    }
}

TEST_CASE("what was read when it is asked to stop is answered, and nothing that was not is done",
          "[one-instance]") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "The last words");
    // One request is half sent when the blog is told to stop.
    http_question late{.method = "POST",
                       .target = comments_path(slug),
                       .headers = authorization(author.token),
                       .body = json::serialize(comment("the rest came late"))};
    const auto text = late.text();
    http_peer slow(blog->at());
    slow.send(text.substr(0, text.size() - 10));

    std::map<std::string, last_writer> writers;
    for (const std::string name : {"a", "b", "c", "d"}) writers[name];
    std::vector<std::jthread> threads;
    for (auto& [name, writer] : writers)
        threads.emplace_back([&, &name = name, &writer = writer] {
            writer.write(blog->at(), slug, author.token, name);
        });
    REQUIRE(eventually([&] { return bodies_of_comments(client, slug).size() > 20; }));
    http_peer idle(blog->at());
    REQUIRE(idle.ask({.target = "/healthz"}).status == 200);
    blog->up().signal(SIGTERM);
    REQUIRE(idle.is_closed());  // So it has begun to stop.
    slow.send(text.substr(text.size() - 10));
    const auto late_answer = slow.receive();
    threads.clear();
    REQUIRE(blog->up().wait() == 0);
    CHECK_THAT(blog->what_is_left(), Catch::Equals(std::vector<std::string>()));
    REQUIRE(late_answer);
    CHECK(late_answer->status == 201);
    CHECK(late_answer->closes());

    blog.restart(topology_arguments());
    blog_client after(blog->at());
    std::multiset<std::string> expected{"the rest came late"};
    for (const auto& [name, writer] : writers) {
        expected.insert(writer.answered.begin(), writer.answered.end());
        INFO("unanswered: " << writer.unanswered);
    }
    const auto there = bodies_of_comments(after, slug);
    CHECK(std::multiset<std::string>(there.begin(), there.end()) == expected);
}

TEST_CASE("a restart keeps everything") {
    scratch_blog blog(topology_arguments());
    std::optional<blog_client> client(blog->at());
    const auto author = sign_up(*client), reader = sign_up(*client);
    const auto slug = publish(*client, author, "다시 시작해도 그대로");
    write_comment(*client, reader, slug, "still here");
    const auto key = idempotency_key("kept");
    const auto with_key = client->post(comments_path(slug), comment("key"), reader.token, key);
    const auto look = [&](const std::string& target, const std::string& token = {}) {
        const auto answer = client->get(target, token);
        INFO(target << " " << answer.body);
        REQUIRE(answer.status == 200);
        return answer.body;
    };
    REQUIRE(eventually([&] {
        return body_of(client->get("/api/notifications", author.token)).at("notificationsCount") ==
               2;
    }));
    REQUIRE(eventually([&] {
        client->get(article_path(slug));
        return body_of(client->get(stats_path(slug), author.token)).at("stats").at("views") != 0;
    }));
    const auto article = look(article_path(slug)), comments = look(comments_path(slug)),
               inbox = look("/api/notifications", author.token);
    const auto views = [&] {
        return body_of(client->get(stats_path(slug), author.token))
            .at("stats")
            .at("views")
            .as_int64();
    };
    const auto before = views();
    for (const bool killed : {false, true}) {
        INFO((killed ? "after SIGKILL" : "after SIGTERM"));
        if (killed)
            blog->kill();
        else
            CHECK(blog->stop() == 0);
        REQUIRE(eventually([&] { return processes_that_mention(blog.data()).empty(); }));
        blog.restart(topology_arguments());
        client.emplace(blog->at());
        CHECK(look(article_path(slug)) == article);
        CHECK(look(comments_path(slug)) == comments);
        CHECK(look("/api/notifications", author.token) == inbox);
        CHECK(views() >= before);
        CHECK(client->post(comments_path(slug), comment("key"), reader.token, key).body ==
              with_key.body);
        const auto login = client->post(
            "/api/users/login",
            json::object{{"user", json::object{{"email", reader.email}, {"password", password}}}});
        CHECK(login.status == 200);
    }
}

TEST_CASE("views that were counted before a stop are there after it") {
    scratch_blog blog(topology_arguments());
    std::optional<blog_client> client(blog->at());
    const auto author = sign_up(*client);
    const auto slug = publish(*client, author, "Seen");
    for (int i = 0; i < 5; ++i) REQUIRE(client->get(article_path(slug)).status == 200);
    CHECK(blog->stop() == 0);
    blog.restart(topology_arguments());
    client.emplace(blog->at());
    CHECK(eventually([&] {
        return body_of(client->get(stats_path(slug), author.token)).at("stats").at("views") == 5;
    }));
}

TEST_CASE("when up is killed, no process is left alone") {
    scratch_blog blog(topology_arguments());
    blog->kill();
    CHECK(eventually([&] { return processes_that_mention(blog.data()).empty(); }));
    // What it could not remove any more does not stand in the way of the next one.
    blog.restart(topology_arguments());
    CHECK(blog_client(blog->at()).get("/api/articles").status == 200);
    CHECK(blog->stop() == 0);
    CHECK_THAT(blog->what_is_left(), Catch::Equals(std::vector<std::string>()));
}

TEST_CASE("the edge is started again, and who calls meanwhile waits instead of being refused",
          "[one-instance]") {
    scratch_blog blog(topology_arguments());
    const auto author = [&] {
        blog_client client(blog->at());
        return sign_up(client);
    }();
    for (int i = 0; i < 3; ++i) {
        const auto before = blog->processes();
        const pid_t edge = blog->process_with(gateway).pid;
        REQUIRE(::kill(edge, SIGKILL) == 0);
        // At once: the listening socket is not the edge's own.
        blog_client client(blog->at());
        std::optional<http_answer> answer;
        try {
            answer = client.get("/api/user", author.token);
        } catch (const connection_lost&) {
            // It was taken by the edge in the moment in which it was killed.
            answer = client.get("/api/user", author.token);
        }
        INFO(answer->body);
        CHECK((answer->status == 200 || answer->status == 503));
        REQUIRE(eventually([&] { return blog->is_ready(); }));
        CHECK(client.get("/api/user", author.token).status == 200);
        for (const auto& was : before) {
            const auto now = blog->process_with(was.modules.front());
            CHECK((now.pid == was.pid) == (was.pid != edge));
            CHECK(now.restarts == was.restarts + (was.pid == edge ? 1 : 0));
        }
    }
}

TEST_CASE("asked twice it stops at once") {
    scratch_blog blog(topology_arguments());
    // Without the second signal this would be waited for.
    http_peer slow(blog->at());
    slow.send("POST /api/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
    http_peer idle(blog->at());
    REQUIRE(idle.ask({.target = "/healthz"}).status == 200);
    blog->up().signal(SIGTERM);
    REQUIRE(idle.is_closed());
    const auto asked_again = std::chrono::steady_clock::now();
    blog->up().signal(SIGTERM);
    CHECK(blog->up().wait().has_value());
    CHECK(std::chrono::steady_clock::now() - asked_again < std::chrono::seconds(4));
    CHECK_THAT(blog->what_is_left(), Catch::Equals(std::vector<std::string>()));
}
