// Moving modules between processes, and a topology as text.
#include <catch2/catch.hpp>
#include <topology/topology.hpp>

#include "support.hpp"

using namespace cleave::topology;
using namespace cleave::topology::test;
using Catch::Matchers::Contains;

namespace {

using names = std::vector<std::string>;

names process_names(const topology& t) {
    names all;
    for (const auto& p : t.processes()) all.push_back(p.name);
    return all;
}

}  // namespace

TEST_CASE("the monolith is one process") {
    const auto t = monolith(blog());
    REQUIRE(process_names(t) == names{"main"});
    CHECK(t.process("main").runs() == names{"gateway", "users", "posts", "comments", "notes"});
}

TEST_CASE("a module is split out into a process of its own name") {
    auto t = monolith(blog());
    split(t, names{"comments"});
    CHECK(process_names(t) == names{"main", "comments"});
    CHECK(t.process("comments").runs() == names{"comments"});
    CHECK(t.process("main").runs() == names{"gateway", "users", "posts", "notes"});
}

TEST_CASE("all: every module and the gateway on their own, the gateway first") {
    auto t = monolith(blog());
    t.settings["main"].threads = 2;
    split(t, names{"all"});
    CHECK(process_names(t) == names{"gateway", "comments", "notes", "posts", "users"});
    CHECK(t.process("gateway").modules.empty());
    CHECK(t.settings.empty());
}

TEST_CASE("splitting refuses what is not known, and a process that runs something else") {
    auto t = monolith(blog());
    CHECK(refusal([&] { split(t, names{"coments"}); }) ==
          "cannot split out \"coments\": no such module (did you mean \"comments\"?)");
    CHECK_THAT(refusal([&] { split(t, names{"al"}); }), Contains("did you mean \"all\"?"));
    CHECK_THAT(refusal([&] { split(t, names{"all", "x"}); }), Contains("no other beside it"));
    CHECK_THAT(refusal([&] { split(t, names{"comments", "all"}); }), Contains("no other beside"));

    t.placement["posts"] = "comments";
    CHECK_THAT(refusal([&] { split(t, names{"comments"}); }),
               Contains("the process \"comments\" runs posts too"));
    // Whichever is named first, both end up alone.
    t = monolith(blog());
    t.placement["posts"] = "comments";
    split(t, names{"comments", "posts"});
    CHECK(process_names(t) == names{"main", "comments", "posts"});
}

TEST_CASE("a process that is not there is named, with those that are") {
    auto t = monolith(blog());
    split(t, names{"comments"});
    CHECK(refusal([&] { t.process("coments"); }) ==
          "there is no process \"coments\" (did you mean \"comments\"?)");
    CHECK(refusal([&] { t.process_of("zzz"); }) ==
          "nothing places \"zzz\" (known: gateway, users, posts, comments, notes)");
}

TEST_CASE("a topology survives being written and read") {
    auto t = monolith(blog());
    split(t, names{"comments", "users"});
    t.listen = "[::1]:9000";
    t.data = "/tmp/a \"quoted\\\" place\twith\x01 odd ä";
    t.local = local_calls::loopback;
    t.wire = call_wire::unix;
    t.settings["comments"] = {.internal = {"127.0.0.1:7002"}, .ops = {"unix:/tmp/x"}, .threads = 4};
    t.settings["users"] = {};
    CHECK(parse(to_toml(t), "written", blog()) == t);
}

TEST_CASE("a topology is described for people") {
    auto t = monolith(blog());
    split(t, names{"comments"});
    CHECK(describe(t) ==
          "listen    127.0.0.1:8080\n"
          "data      data\n"
          "processes main      gateway, users, posts, notes\n"
          "          comments  comments\n"
          "calls     posts -> users                 in process (direct)\n"
          "          comments -> posts              between processes (HTTP)\n"
          "          comments -> users              between processes (HTTP)\n"
          "follows   posts -> users                 in process (direct)\n"
          "          comments -> posts              between processes (HTTP)\n"
          "          comments -> users              between processes (HTTP)\n"
          "          notes -> comments              between processes (HTTP)\n");
    t.wire = call_wire::unix;
    CHECK_THAT(describe(t), Catch::Contains("notes -> comments              between processes "
                                            "(HTTP over Unix sockets)\n"));
}
