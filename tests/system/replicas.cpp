// Several instances of a process: who answers while the owner is away, more and fewer of them, and
// processes that nobody supervises.
#include <signal.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <support/child_process.hpp>
#include <support/eventually.hpp>

#include "outages.hpp"

using namespace cleave::test;

namespace {

http_answer log_in(blog_client& client, const visitor& who) {
    return client.post(
        "/api/users/login",
        json::object{{"user", json::object{{"email", who.email}, {"password", password}}}});
}

http_answer register_somebody(blog_client& client) {
    const auto name = unique_name("somebody");
    return client.post("/api/users",
                       json::object{{"user", json::object{{"username", name},
                                                          {"email", name + "@example.com"},
                                                          {"password", password}}}});
}

std::size_t instances_of(running_blog& blog, std::string_view module) {
    std::size_t ready = 0;
    for (const auto& p : blog.processes()) ready += p.runs(module) && p.is_ready();
    return ready;
}

}  // namespace

TEST_CASE("the owner is away: queries are answered, logins too, and commands refused",
          "[.][replicas]") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Answered");
    {
        const outage down(*blog, "users");
        for (int i = 0; i < 20; ++i) {
            CHECK(log_in(client, author).status == 200);
            CHECK(client.get("/api/user", author.token).status == 200);
        }
        check_down(register_somebody(client));
        CHECK(client.get(article_path(slug)).status == 200);
    }
    REQUIRE(eventually([&] { return blog->is_ready(); }));
    CHECK(register_somebody(client).status == 201);
    {
        const outage down(*blog, "posts");
        for (int i = 0; i < 20; ++i) CHECK(client.get(article_path(slug)).status == 200);
        check_down(client.del(article_path(slug), author.token));
    }
    REQUIRE(eventually([&] { return blog->is_ready(); }));
    CHECK(client.del(article_path(slug), author.token).status == 204);
    // Whoever was told of it reads it, whichever instance answers.
    for (int i = 0; i < 20; ++i) CHECK(client.get(article_path(slug)).status == 404);
}

TEST_CASE("guesses at an account are counted over all instances, whichever is killed",
          "[.][replicas]") {
    auto arguments = topology_arguments();
    for (const char* setting :
         {"users.login_failures_per_account=8", "users.login_account_recovers_ms=3600000"})
        arguments.insert(arguments.end(), {"--set", setting});
    scratch_blog blog(arguments);
    blog_client client(blog->at());
    const auto victim = sign_up(client);
    const auto guess = [&] {
        const json::object user{{"email", victim.email}, {"password", "a wrong guess"}};
        return client.post("/api/users/login", json::object{{"user", user}}).status;
    };
    int wrong = 0;
    for (int i = 0; i < 4; ++i) wrong += guess() == 401 ? 1 : 0;
    for (const auto& p : blog->processes()) {
        if (!p.runs("users")) continue;
        ::kill(p.pid, SIGKILL);
        REQUIRE(eventually([&] {
            for (const auto& now : blog->processes())
                if (now.name == p.name) return now.restarts > p.restarts && blog->is_ready();
            return false;
        }));
    }
    for (int i = 0; i < 20; ++i) wrong += guess() == 401 ? 1 : 0;
    CHECK(wrong == 8);
    CHECK(guess() == 429);
    CHECK(log_in(client, victim).status == 429);
}

TEST_CASE("instances come and go, and nobody notices", "[.][replicas]") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Counted");
    const auto scale = [&](const std::string& what) {
        return run_cleave({"scale", what, "--data", blog.data()});
    };
    REQUIRE(scale("comments=3").code == 0);
    REQUIRE(eventually([&] { return instances_of(*blog, "comments") == 3; }));
    for (int i = 0; i < 50; ++i) {
        write_comment(client, author, slug, "one more");
        CHECK(client.get(comments_path(slug)).status == 200);
    }
    for (const auto& p : blog->processes())
        if (p.name == "comments.2") ::kill(p.pid, SIGKILL);
    for (int i = 0; i < 50; ++i) CHECK(client.get(comments_path(slug)).status == 200);
    REQUIRE(scale("comments=1").code == 0);
    for (int i = 0; i < 50; ++i) CHECK(client.get(comments_path(slug)).status == 200);
    REQUIRE(eventually([&] { return instances_of(*blog, "comments") == 1; }));
    REQUIRE(scale("comments=2").code == 0);
    REQUIRE(eventually([&] { return instances_of(*blog, "comments") == 2; }));
    CHECK(client.get(comments_path(slug)).status == 200);
    CHECK(scale("comments=99").code == 1);
    CHECK(scale("nobody=2").code == 1);
    CHECK(scale("comments").code == 2);
    CHECK(blog->stop() == 0);
    CHECK_THAT(blog->what_is_left(), Catch::Equals(std::vector<std::string>()));
}

TEST_CASE("a process that somebody else starts is found, wherever it is", "[.][replicas]") {
    const scratch_folder folder;
    const auto config = folder.path() / "blog.toml";
    std::ofstream(config) << "[placement]\ngateway = \"main\"\nusers = \"main\"\nposts = \"main\"\n"
                             "comments = \"comments\"\nnotifications = \"main\"\nstats = \"main\"\n"
                             "[processes.comments]\nsupervised = false\n";
    const auto data = folder.path() / "data";
    child_process up(cleave_binary(),
                     {"up", "--config", config, "--data", data, "--listen", "127.0.0.1:0"},
                     {folder.path() / "out", folder.path() / "log"});
    const auto topology = data / "run" / "topology.toml";
    REQUIRE(eventually([&] { return std::filesystem::exists(topology); }));
    std::optional<child_process> comments;
    const auto start = [&] {
        comments.emplace(
            cleave_binary(),
            std::vector<std::string>{"serve", "--process", "comments", "--config", topology},
            output_files{folder.path() / "out2", folder.path() / "log2"});
    };
    start();
    address at;
    REQUIRE(eventually([&] {
        const auto status = run_cleave({"status", "--json", "--data", data});
        if (status.code != 0) return false;
        const auto processes = parse_status(status.out);
        if (processes.empty() || !processes.front().is_ready()) return false;
        at = processes.front().public_address;
        return true;
    }));
    blog_client client(at);
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Found");
    write_comment(client, author, slug, "found");

    comments->signal(SIGTERM);
    CHECK(comments->wait() == 0);
    REQUIRE(eventually([&] { return client.get(comments_path(slug)).status == 503; }));
    CHECK(client.get(article_path(slug)).status == 200);
    // On another port, and on the same data.
    start();
    REQUIRE(eventually([&] { return client.get(comments_path(slug)).status == 200; }));
    CHECK(body_of(client.get(comments_path(slug))).at("comments").as_array().size() == 1);
    comments->signal(SIGKILL);
    comments->wait();
    REQUIRE(eventually([&] { return client.get(comments_path(slug)).status == 503; }));
    up.signal(SIGTERM);
    CHECK(up.wait() == 0);
}
