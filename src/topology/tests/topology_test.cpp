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
    t.balance = cleave::http::balancing::hash;
    t.gateway = gateway_use::off;
    t.settings["comments"] = {.internal = {"127.0.0.1:7002"},
                              .advertised = {"10.0.0.7:17002"},
                              .ops = {"unix:/tmp/x"},
                              .public_at = "127.0.0.1:8002",
                              .threads = 4};
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

TEST_CASE("without a gateway each process is called from outside") {
    auto t = monolith(blog());
    split(t, names{"all"});
    t.gateway = gateway_use::off;
    t.settings["posts"].public_at = "127.0.0.1:8002";
    CHECK(process_names(t) == names{"comments", "notes", "posts", "users"});
    for (const auto& p : t.processes()) {
        CHECK(p.is_public);
        CHECK_FALSE(p.has_gateway);
        CHECK(t.public_address(p) == (p.name == "posts" ? "127.0.0.1:8002" : "127.0.0.1:0"));
    }
    CHECK_THAT(describe(t),
               Catch::Matchers::StartsWith("gateway   off: each process answers for its modules\n"
                                           "data      data\n"
                                           "processes comments  comments (public: any free port)\n"
                                           "          notes     notes (public: any free port)\n"
                                           "          posts     posts (public: 127.0.0.1:8002)\n"));
    CHECK(to_mermaid(t).find("gateway") == std::string::npos);

    // What the gateway would share a process with is where people would have come in.
    auto whole = monolith(blog());
    whole.gateway = gateway_use::off;
    CHECK(whole.public_address(whole.process("main")) == whole.listen);
    CHECK(difference(monolith(blog()), whole) == names{"gateway: on -> off"});
    // One word switches it on again.
    t.gateway = gateway_use::on;
    CHECK(process_names(t).front() == "gateway");
    CHECK_FALSE(t.process("posts").is_public);
}
