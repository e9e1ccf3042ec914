// Where the processes that `up` starts are called.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <topology/listeners.hpp>

#include "support.hpp"

using namespace cleave::topology;
using namespace cleave::topology::test;

namespace {

topology in(const temporary_directory& directory, call_wire wire) {
    auto t = monolith(blog());
    const std::vector<std::string> apart{"comments"};
    split(t, apart);
    t.data = directory.path();
    t.listen = "127.0.0.1:0";
    t.wire = wire;
    return t;
}

}  // namespace

TEST_CASE("over TCP each instance gets a free port of this host") {
    const temporary_directory directory;
    auto t = in(directory, call_wire::tcp);
    replicate(t, "comments=2");
    const auto bound = bind_all(t, {});
    const auto& at = bound.effective.settings.at("comments").internal;
    REQUIRE(at.size() == 2);
    CHECK(at[0] != at[1]);
    for (const auto& one : at) CHECK_THAT(one, Catch::StartsWith("127.0.0.1:"));
    CHECK(bound.socket_files.empty());
}

TEST_CASE("over Unix sockets each instance gets one that no other user can reach") {
    const temporary_directory directory;
    auto t = in(directory, call_wire::unix);
    replicate(t, "comments=2");
    const auto bound = bind_all(t, {});
    const auto& settings = bound.effective.settings;
    CHECK(settings.at("main").internal ==
          std::vector{"unix:" + (directory / "run/main.calls").string()});
    CHECK(settings.at("comments").internal.at(1) ==
          "unix:" + (directory / "run/comments.2.calls").string());
    CHECK_THAT(settings.at("comments").ops.at(0), Catch::StartsWith("127.0.0.1:"));
    REQUIRE(bound.socket_files.size() == 3);  // to be removed at the end
    for (const auto& file : bound.socket_files) {
        struct stat info{};
        REQUIRE(::stat(file.c_str(), &info) == 0);
        CHECK(S_ISSOCK(info.st_mode));
        CHECK((info.st_mode & 0777) == 0600);
    }
}

TEST_CASE("an address that was chosen stays, whatever the wire") {
    const temporary_directory directory;
    auto t = in(directory, call_wire::unix);
    t.settings["comments"].internal = {"127.0.0.1:0"};
    const auto bound = bind_all(t, {});
    CHECK_THAT(bound.effective.settings.at("comments").internal.at(0),
               Catch::StartsWith("127.0.0.1:"));
}

TEST_CASE("a data directory that is too deep for Unix sockets is refused with the reason") {
    const temporary_directory directory;
    auto t = in(directory, call_wire::unix);
    t.data = directory / std::string(120, 'd');
    CHECK_THAT(refusal([&] {
                   bind_all(t, {});
                   return std::string();
               }),
               Catch::Contains("at most 107") && Catch::Contains("choose a data directory"));
}
