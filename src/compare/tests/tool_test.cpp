#include <catch2/catch.hpp>
#include <compare/experiment.hpp>
#include <compare/proc.hpp>
#include <compare/tool.hpp>
#include <fstream>
#include <support/eventually.hpp>
#include <support/scratch_folder.hpp>
#include <thread>

using namespace cleave::compare;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const std::atomic<bool> go_on = false;
const auto nobody = [](std::string_view) {};

struct shell {
    cleave::test::scratch_folder scratch{};

    tool_run run(const std::string& line) const {
        return {.arguments = {"sh", "-c", line},
                .folder = scratch.path(),
                .output = scratch.path() / "output"};
    }
};

}  // namespace

TEST_CASE("a tool is run where and with what it is told, and its output is kept") {
    const shell sh;
    auto what = sh.run("pwd; echo \"$A_VARIABLE\" >&2");
    what.variables = {"A_VARIABLE=of ours"};
    const auto done = run_tool(what, go_on, nobody);
    REQUIRE(done);
    CHECK_THAT(done->output, Contains(sh.scratch.path().filename().string() + "\nof ours\n"));
}

TEST_CASE("a tool that fails is told with the end of what it said") {
    const shell sh;
    CHECK_THAT(run_tool(sh.run("echo no such thing; exit 3"), go_on, nobody).error(),
               Contains("failed: no such thing"));
    auto none = sh.run("");
    none.arguments = {"no-such-tool-anywhere"};
    CHECK_THAT(run_tool(none, go_on, nobody).error(), Contains("cannot be run"));
}

TEST_CASE("a tool that takes too long is ended, with all that it started") {
    const shell sh;
    auto what = sh.run("sleep 600 & echo $! > child; wait");
    what.limit = 1s;
    CHECK_THAT(run_tool(what, go_on, nobody).error(), Contains("took longer than 1 s"));
    std::ifstream file(sh.scratch.path() / "child");
    pid_t child = 0;
    REQUIRE(file >> child);
    CHECK(cleave::test::eventually([&] {
        const auto left = read_stat(child);
        return !left || left->state == 'Z';
    }));
}

TEST_CASE("a tool is ended when everything is") {
    const shell sh;
    std::atomic<bool> stop = false;
    const std::jthread stopping([&] { stop = true; });
    CHECK_THROWS_AS(run_tool(sh.run("sleep 600"), stop, nobody), interrupted);
}
