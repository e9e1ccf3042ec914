// What the program says when it is asked wrongly, or when there is nothing to do.
#include <catch2/catch.hpp>
#include <fstream>

#include "topology.hpp"

using namespace cleave::test;

TEST_CASE("what is no command is refused", "[.][command-line]") {
    for (const std::vector<std::string>& wrong :
         {std::vector<std::string>{}, {"nonsense"}, {"up", "--nonsense"}, {"call"}}) {
        const auto refused = run_cleave(wrong);
        CHECK(refused.code == 2);
        CHECK_FALSE(refused.err.empty());
    }
}

TEST_CASE("where nothing runs, status says how to change that", "[.][command-line]") {
    const scratch_folder folder;
    for (const auto& data : {folder.path(), folder.path() / "none"}) {
        const auto nothing = run_cleave({"status", "--data", data});
        CHECK(nothing.code == 1);
        CHECK(has(nothing.err, "cleave up"));
        CHECK(has(nothing.err, data.string()));
        CHECK(nothing.out.empty());
        CHECK(run_cleave({"status", "--json", "--data", data}).code == 1);
    }
    // Looking makes nothing.
    CHECK_FALSE(std::filesystem::exists(folder.path() / "none"));
}

TEST_CASE("a module of no such name is answered with the nearest one", "[.][command-line]") {
    const scratch_folder folder;
    for (const auto& module : known_modules()) {
        const auto mistyped = module.substr(0, module.size() - 1);
        INFO(mistyped);
        const auto refused =
            run_cleave({"up", "--split", mistyped, "--data", folder.path() / "data"});
        CHECK(refused.code == 2);
        CHECK(has(refused.err, "\"" + mistyped + "\""));
        CHECK(has(refused.err, "\"" + module + "\""));
    }
    CHECK_FALSE(std::filesystem::exists(folder.path() / "data"));
}

TEST_CASE("a wrong config is refused by name, and starts nothing", "[.][command-line]") {
    const scratch_folder folder;
    const auto file = folder.path() / "wrong.toml";
    const auto refused_with = [&](const std::string& text) {
        std::ofstream(file) << text;
        return run_cleave({"up", "--config", file, "--data", folder.path() / "data"});
    };
    const auto misspelt = refused_with("lisen = \"127.0.0.1:0\"\n");
    CHECK(misspelt.code == 2);
    CHECK(has(misspelt.err, "lisen"));
    CHECK(has(misspelt.err, "listen"));
    CHECK(refused_with("[placement\n").code == 2);
    CHECK(refused_with("[placement]\ncomment = \"x\"\n").code == 2);
    CHECK(run_cleave({"up", "--config", folder.path() / "none.toml"}).code == 2);
    CHECK_FALSE(std::filesystem::exists(folder.path() / "data" / "run"));
}

TEST_CASE("a port that is taken is said, and nothing is left", "[.][command-line]") {
    const scratch_blog blog;
    scratch_blog other;
    const scratch_folder folder;
    for (const std::string command : {"up", "serve"}) {
        INFO(command);
        const auto data = folder.path() / command;
        const auto refused = run_cleave({command, "--data", data, "--listen", other->at()});
        CHECK(refused.code == 1);
        CHECK(has(refused.err, other->at()));
        std::error_code none;
        CHECK((!std::filesystem::exists(data / "run") ||
               std::filesystem::is_empty(data / "run", none)));
        CHECK(processes_that_mention(data).empty());
    }
}

TEST_CASE("a tool works without anything running, and owns the data only meanwhile",
          "[.][command-line]") {
    scratch_blog blog;
    blog_client client(blog->at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Quiet");
    const auto ask = [&] {
        return run_cleave({"call", "posts.find", json::serialize(json::object{{"slug", slug}}),
                           "--data", blog.data()});
    };
    const auto running = ask();
    REQUIRE(running.code == 0);
    CHECK(blog->stop() == 0);
    const auto stopped = ask();
    CHECK(stopped.code == 0);
    CHECK(stopped.out == running.out);
    blog.restart();
    CHECK(ask().out == running.out);
}

TEST_CASE("the demo is there when the blog is ready, and only once", "[.][command-line]") {
    scratch_blog blog({"--demo"});
    const auto look = [&] {
        blog_client client(blog->at());
        return client.get("/api/articles").body;
    };
    const auto first = look();
    CHECK(json::parse(first).at("articlesCount").as_int64() > 0);
    CHECK(blog->stop() == 0);
    blog.restart({"--demo", "--split", "all"});
    CHECK(look() == first);
}
