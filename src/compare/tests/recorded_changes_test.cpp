#include <catch2/catch.hpp>
#include <compare/recorded_changes.hpp>
#include <support/scratch_folder.hpp>

using namespace cleave::compare;

TEST_CASE("what ninja builds again is counted") {
    built_change out;
    count_steps(
        "ninja: Entering directory `build/release'\n"
        "[1/2] Re-running CMake...\n"
        "[0/2] Re-checking globbed directories...\n"
        "[1/4] Building CXX object modules/posts/CMakeFiles/cleave_posts.dir/src/rules.cpp.o\n"
        "[2/4] Building CXX object modules/posts/CMakeFiles/cleave_posts.dir/src/module.cpp.o\n"
        "[3/4] Linking CXX static library modules/posts/libcleave_posts.a\n"
        "[4/4] Linking CXX executable cleave\n",
        out);
    CHECK(out.objects == 2);
    CHECK(out.links == 2);
}

TEST_CASE("how long a link took is in ninja's log, the last one last") {
    const auto log =
        "# ninja log v5\n"
        "1000\t1500\t123\tcleave\tabc\n"
        "0\t9000\t123\tsrc/other.o\tabc\n"
        "2000\t2300\t124\tcleave\tabd\n";
    CHECK(link_ms_of(log, "cleave") == 300);
    CHECK(link_ms_of(log, "nothing") == 0);
}

TEST_CASE("files and modules of a change are counted") {
    built_change out;
    count_files(
        "4\t1\tmodules/comments/api/comments/api.hpp\n"
        "4\t1\tmodules/comments/src/store.cpp\n"
        "2\t0\tmodules/notifications/migrations/0005.sql\n"
        "1\t1\tdocs/hacking.md\n",
        out);
    CHECK(out.files == 4);
    CHECK(out.modules == 2);
}

TEST_CASE("a folder that is no checkout of the program is refused, and what it misses is named") {
    const cleave::test::scratch_folder scratch;
    const auto wrong = problem_with_source(scratch.path());
    REQUIRE(wrong);
    CHECK(wrong->find("it has no .git") != std::string::npos);
}
