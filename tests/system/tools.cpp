// The command line beside a running blog.
#include <signal.h>

#include <catch2/catch.hpp>

#include <support/divergence.hpp>

#include "topology.hpp"

using namespace cleave::test;

TEST_CASE("status shows each process with its modules, for people and for programs",
          "[one-instance]") {
    const auto& blog = shared_blog();
    const auto told = run_cleave({"status", "--json", "--data", blog.data()});
    REQUIRE(told.code == 0);
    const auto processes = parse_status(told.out);
    const auto table = run_cleave({"status", "--data", blog.data()});
    CHECK(table.code == 0);
    std::vector<std::string> modules;
    for (const auto& p : processes) {
        INFO(p.name);
        CHECK(p.state == "ready");
        CHECK(::kill(p.pid, 0) == 0);
        CHECK(table.out.find(std::to_string(p.pid)) != std::string::npos);
        modules.insert(modules.end(), p.modules.begin(), p.modules.end());
    }
    auto all = known_modules();
    all.emplace_back(gateway);
    CHECK_THAT(modules, Catch::UnorderedEquals(all));
    CHECK(table.err.empty());
}

TEST_CASE("a tool asks the process that owns the module") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Called " + author.username);
    const auto data = blog.data().string();
    const auto wanted = json::serialize(json::object{{"slug", slug}});
    const auto found = run_cleave({"call", "posts.find", wanted, "--data", data});
    REQUIRE(found.code == 0);
    CHECK(json::parse(found.out).at("slug").as_string() == slug);

    const auto article = json::parse(found.out);
    const auto author_id = std::to_string(article.at("author_id").as_int64());
    const auto comment = json::serialize(json::object{{"slug", slug}, {"body", "by a tool"}});
    CHECK(
        run_cleave({"call", "comments.create", comment, "--as", author_id, "--data", data}).code ==
        0);
    const auto comments = body_of(client.get(comments_path(slug))).at("comments").as_array();
    REQUIRE(comments.size() == 1);
    CHECK(comments.front().at("author").at("username").as_string() == author.username);
    const auto all = R"({"after":0,"limit":1000,"wait_ms":0})";
    const auto feed = run_cleave({"call", "comments.feed.read", all, "--data", data});
    CHECK(feed.code == 0);
    CHECK_FALSE(json::parse(feed.out).at("events").as_array().empty());

    // Nobody has said who writes.
    const auto nobody = run_cleave({"call", "comments.create", comment, "--data", data});
    CHECK(nobody.code == 1);
    CHECK(nobody.err.find("unauthenticated") != std::string::npos);
    const auto none = run_cleave({"call", "posts.find", R"({"slug":"none"})", "--data", data});
    CHECK(none.code == 1);
    CHECK(none.err.find("not_found") != std::string::npos);
    CHECK(run_cleave({"call", "posts.nothing", "{}", "--data", data}).code == 1);
    CHECK(run_cleave({"call", "nothing.find", "{}", "--data", data}).code == 2);
    CHECK(run_cleave({"call", "nothing", "{}", "--data", data}).code == 2);
    CHECK(run_cleave({"call", "posts.find", "not JSON", "--data", data}).code == 1);
}

TEST_CASE("a database has one owner, and a second one is told who that is") {
    auto& blog = shared_blog();
    const auto before = blog.pids();
    std::vector<std::string> serve{"serve", "--data", blog.data(), "--listen", "127.0.0.1:0"};
    const auto layout = layout_arguments(blog.data());
    serve.insert(serve.end(), layout.begin(), layout.end());
    const auto second = run_cleave(serve);
    CHECK(second.code == 1);
    INFO(second.err);
    bool names_an_owner = false;
    for (const pid_t pid : before)
        names_an_owner =
            names_an_owner || second.err.find(std::to_string(pid)) != std::string::npos;
    CHECK(names_an_owner);

    const auto up = run_cleave({"up", "--data", blog.data(), "--listen", "127.0.0.1:0"});
    CHECK(up.code == 2);
    CHECK(up.err.find(std::to_string(blog.up().pid())) != std::string::npos);
    CHECK(blog.pids() == before);
    CHECK(blog.is_ready());
}

TEST_CASE("what runs is the topology that was asked for", "[one-instance]") {
    const auto arguments = topology_arguments();
    const auto processes = shared_blog().processes();
    if (arguments.empty() || is_classic(shared_blog().data())) {
        CHECK(processes.size() == 1);
    } else if (arguments.front() == "--config") {
        CHECK(processes.size() > 1);
    } else if (arguments.at(1) == "all") {
        CHECK(processes.size() == known_modules().size() + 1);
        for (const auto& p : processes) CHECK(p.modules == std::vector{p.name});
    } else {
        CHECK(processes.size() == 2);
        CHECK(shared_blog().process_with(arguments.at(1)).modules == std::vector{arguments.at(1)});
    }
}
