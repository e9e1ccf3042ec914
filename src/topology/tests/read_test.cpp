// Topology files: what is read, and how each mistake is named.
#include <catch2/catch.hpp>
#include <topology/nearest.hpp>
#include <topology/topology.hpp>

#include "support.hpp"

using namespace cleave::topology;
using namespace cleave::topology::test;
using Catch::Matchers::Contains;

namespace {

const std::string placement =
    "[placement]\n"
    "gateway = \"main\"\n"
    "users = \"main\"\n"
    "posts = \"main\"\n"
    "comments = \"talk\"\n"
    "notes = \"main\"\n";

std::string refused(const std::string& text) {
    return refusal([&] { parse(text, "blog.toml", blog()); });
}

}  // namespace

TEST_CASE("a topology file places modules in processes") {
    const auto t = parse(
        "listen = \"127.0.0.1:9000\"\ndata = \"/var/blog\"\n"
        "[calls]\nlocal = \"serialized\"\nwire = \"unix\"\n" +
            placement +
            "[processes.talk]\ninternal = \"127.0.0.1:7002\"\n"
            "ops = \"127.0.0.1:7102\"\nthreads = 3\n",
        "blog.toml", blog());
    CHECK(t.listen == "127.0.0.1:9000");
    CHECK(t.data == "/var/blog");
    CHECK(t.local == local_calls::serialized);
    CHECK(t.wire == call_wire::unix);
    CHECK(t.process_of("gateway") == "main");
    CHECK(t.process_of("comments") == "talk");
    CHECK(t.together("users", "posts"));
    CHECK_FALSE(t.together("comments", "posts"));

    const auto all = t.processes();
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "main");
    CHECK(all[0].has_gateway);
    CHECK(all[0].modules == std::vector<std::string>{"users", "posts", "notes"});
    CHECK(all[0].runs() == std::vector<std::string>{"gateway", "users", "posts", "notes"});
    CHECK(all[1].name == "talk");
    CHECK_FALSE(all[1].has_gateway);
    CHECK(all[1].settings == process_settings{.internal = {"127.0.0.1:7002"},
                                              .ops = {"127.0.0.1:7102"},
                                              .threads = 3});
}

TEST_CASE("a process may be reached elsewhere than where it listens") {
    const auto t = parse(placement +
                             "[processes.talk]\nreplicas = 2\n"
                             "internal = [\"127.0.0.1:7002\", \"127.0.0.1:7003\"]\n"
                             "advertised = \"10.0.0.7:17002\"\n",
                         "blog.toml", blog());
    CHECK(t.settings.at("talk").called_at() ==
          std::vector<std::string>{"10.0.0.7:17002", "127.0.0.1:7003"});
    CHECK(t.settings.at("talk").internal ==
          std::vector<std::string>{"127.0.0.1:7002", "127.0.0.1:7003"});
}

TEST_CASE("what a topology file leaves out has a default") {
    const auto t = parse(placement, "blog.toml", blog());
    CHECK(t.listen == "127.0.0.1:8080");
    CHECK(t.data == "data");
    CHECK(t.local == local_calls::direct);
    CHECK(t.wire == call_wire::tcp);
    CHECK(t.settings.empty());
}

TEST_CASE("a mistake in a topology file is named with its line and the nearest known name") {
    CHECK(refused("lisen = \"127.0.0.1:1\"\n" + placement) ==
          "blog.toml:1: unknown key \"lisen\" (did you mean \"listen\"?)");
    CHECK(refused(placement + "coments = \"main\"\n") ==
          "blog.toml:7: unknown module \"coments\" (did you mean \"comments\"?)");
    CHECK(refused(placement + "\n[processes.tolk]\n") ==
          "blog.toml:8: unknown process \"tolk\" (did you mean \"talk\"?)");
    CHECK(refused(placement + "[processes.talk]\nthread = 1\n") ==
          "blog.toml:8: unknown key of a process \"thread\" (did you mean \"threads\"?)");
    CHECK(refused("[calls]\nlocal = \"drect\"\n" + placement) ==
          "blog.toml:2: \"local\" cannot be \"drect\" (did you mean \"direct\"?)");
    CHECK(refused("[calls]\nremote = \"x\"\n" + placement) ==
          "blog.toml:2: unknown key of [calls] \"remote\" (known: local, balance, wire)");
    CHECK(refused("[calls]\nbalance = \"hsh\"\n" + placement) ==
          "blog.toml:2: \"balance\" cannot be \"hsh\" (did you mean \"hash\"?)");
    CHECK_THAT(refused("gateway = \"of\"\n" + placement),
               Contains("blog.toml:1: \"gateway\" cannot be \"of\""));
}

TEST_CASE("a value that cannot be is named with its line") {
    CHECK_THAT(refused("listen = 8080\n" + placement),
               Contains("blog.toml:1: \"listen\" must be a text in quotes"));
    CHECK_THAT(refused("listen = \"nowhere\"\n" + placement),
               Contains("blog.toml:1: \"listen\": "));
    CHECK_THAT(refused("data = \"\"\n" + placement), Contains("blog.toml:1: \"data\" must be"));
    CHECK_THAT(refused("calls = \"direct\"\n" + placement),
               Contains("blog.toml:1: \"calls\" must"));
    CHECK_THAT(refused(placement + "[processes.talk]\nthreads = 0\n"),
               Contains("blog.toml:8: \"threads\" must be a number from 1 to 256"));
    CHECK_THAT(refused(placement + "[processes.talk]\nthreads = \"1\"\n"),
               Contains("blog.toml:8: "));
    CHECK_THAT(refused(placement + "[processes.talk]\ninternal = \"127.0.0.1:7\"\n"
                                   "ops = \"127.0.0.1:7\"\n"),
               Contains("blog.toml:9: \"ops\": 127.0.0.1:7 is already taken in line 8"));
    CHECK_THAT(refused(placement + "[processes.talk]\nadvertised = \"127.0.0.1:7\"\n"),
               Contains("blog.toml:7: \"advertised\" is where others reach what listens at"));
    CHECK_THAT(refused("listen = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:2\"\n" + placement),
               Contains("blog.toml:2: "));
    CHECK_THAT(refused("listen = \n"), Contains("blog.toml:1: "));
}

TEST_CASE("every module is placed") {
    CHECK(refused("[placement]\ngateway = \"main\"\nusers = \"main\"\nposts = \"main\"\n"
                  "notes = \"main\"\n") ==
          "blog.toml:1: [placement] has no line for comments: add comments = \"main\"");
    CHECK_THAT(refused("\n[placement]\nusers = \"main\"\n"),
               Contains("blog.toml:2: [placement] has no line for gateway"));
    // Who says nothing of placement means one process, and who means something else says all.
    const auto t = parse("listen = \"127.0.0.1:1\"\n", "blog.toml", blog());
    REQUIRE(t.processes().size() == 1);
    CHECK(t.processes()[0].modules.size() == blog().size());
}

TEST_CASE("what somebody else reads of the file is passed over") {
    const std::vector<std::string> elsewhere{"http"};
    const auto t = parse("[http]\nx = 1\n" + placement, "blog.toml", blog(), elsewhere);
    CHECK(t == parse(placement, "blog.toml", blog()));
    CHECK_THAT(refused("[http]\nx = 1\n" + placement), Contains("unknown key \"http\""));
}

TEST_CASE("names of processes") {
    for (const auto* good : {"a", "main", "posts-2", "abcdefghijklmnopqrstuvwxyz012345"})
        CHECK(is_process_name(good));
    for (const auto* bad :
         {"", "A", "1a", "-a", "a_b", "a/b", "a.b", "up", "ä", "abcdefghijklmnopqrstuvwxyz0123456"})
        CHECK_FALSE(is_process_name(bad));
    CHECK_THAT(refused(placement + "[extra]\n"), Contains("unknown key \"extra\""));
    CHECK_THAT(refused("[placement]\nusers = \"Main\"\n"),
               Contains("blog.toml:2: \"Main\" cannot be the name of a process"));
}

TEST_CASE("a topology file that cannot be read says so") {
    CHECK_THAT(refusal([] { load("/nowhere/blog.toml", blog()); }),
               Contains("cannot read the topology file /nowhere/blog.toml: No such file"));
    CHECK_THAT(refusal([] { load("/tmp", blog()); }), Contains("/tmp is a directory"));
}

TEST_CASE("edit distance, and what is near") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("posts", "posts") == 0);
    const std::vector<std::string> known{"users", "posts", "ops"};
    CHECK(nearest("user", known) == "users");
    CHECK(nearest("psots", known) == "posts");
    CHECK(nearest("up", known) == std::nullopt);
    CHECK(hint("zzz", known) == " (known: users, posts, ops)");
}

TEST_CASE("the files in config/ are right, and differ in their placements alone") {
    auto root = std::filesystem::read_symlink("/proc/self/exe");
    while (root.has_relative_path() && !std::filesystem::exists(root / "config/split.toml"))
        root = root.parent_path();
    const std::vector<known_module> modules{
        {"users"}, {"posts"}, {"comments"}, {"notifications"}, {"stats"}};
    const auto load_config = [&](const char* name) {
        return load(root / "config" / name, modules);
    };

    CHECK(load_config("monolith.toml") == monolith(modules));
    auto all = monolith(modules);
    split(all, std::vector<std::string>{"all"});
    CHECK(load_config("split.toml") == all);
    CHECK(load_config("grouped.toml").processes().size() == 3);
    CHECK(load(root / "config/classic.toml", modules, {"storage", "events"}) == monolith(modules));

    const auto without_placement = [&](const char* name) {
        auto text = read_file(root / "config" / name);
        const auto begin = text.find("\n[placement]"), end = text.find("\n\n", begin);
        return text.erase(begin, end - begin);
    };
    CHECK(without_placement("monolith.toml") == without_placement("split.toml"));
    CHECK(without_placement("monolith.toml") == without_placement("grouped.toml"));
}
