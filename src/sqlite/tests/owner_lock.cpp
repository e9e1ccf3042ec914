#include <signal.h>
#include <sys/wait.h>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <sqlite/owner_lock.hpp>
#include <sstream>
#include <vector>

#include "child.hpp"
#include "support.hpp"

using namespace cleave;
using namespace cleave::sqlite;

namespace {

std::string content(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Owns the database until it is killed.
test::child owning(const std::filesystem::path& directory) {
    test::child made([&](int out) {
        const owner_lock lock(directory, "posts");
        test::say(out, "y");
        ::pause();
    });
    REQUIRE(made.hear(1) == "y");
    return made;
}

}  // namespace

TEST_CASE("an owner is known by its pid, and its epoch rises") {
    test::temporary_directory directory;
    CHECK(owner_lock::holder(directory.path(), "posts") == std::nullopt);
    {
        const owner_lock first(directory.path(), "posts");
        CHECK(first.epoch() == 1);
        CHECK(owner_lock::holder(directory.path(), "posts") == ::getpid());
        std::istringstream line(content(directory / "posts.owner"));
        pid_t pid = 0;
        std::uint64_t epoch = 0;
        REQUIRE(line >> pid >> epoch);
        CHECK(pid == ::getpid());
        CHECK(epoch == 1);
        CHECK(content(directory / "posts.owner").back() == '\n');
        const owner_lock other_module(directory.path(), "users");
        CHECK(other_module.epoch() == 1);
    }
    CHECK(owner_lock::holder(directory.path(), "posts") == std::nullopt);
    CHECK(owner_lock(directory.path(), "posts").epoch() == 2);
    CHECK(owner_lock(directory.path(), "posts").epoch() == 3);
}

TEST_CASE("a second owner is refused with the pid of the first, until that is killed") {
    test::temporary_directory directory;
    auto first = owning(directory.path());
    try {
        const owner_lock second(directory.path(), "posts");
        FAIL("two owners");
    } catch (const owned_elsewhere& e) {
        CHECK(e.owner() == first.pid());
        CHECK(std::string(e.what()).find(std::to_string(first.pid())) != std::string::npos);
        CHECK(std::string(e.what()).find("posts") != std::string::npos);
    }
    CHECK(owner_lock::holder(directory.path(), "posts") == first.pid());
    first.kill();
    CHECK(owner_lock::holder(directory.path(), "posts") == std::nullopt);
    CHECK(owner_lock(directory.path(), "posts").epoch() == 2);
}

TEST_CASE("of many that start at once, one owns") {
    test::temporary_directory directory;
    constexpr int count = 6;
    std::vector<test::child> children;
    for (int i = 0; i < count; ++i) {
        children.emplace_back([&](int out) {
            try {
                const owner_lock lock(directory.path(), "posts");
                test::say(out, "owner  ");
                ::pause();
            } catch (const owned_elsewhere& e) {
                test::say(out, fmt::format("{:<7}", e.owner()));
                ::pause();
            }
        });
    }
    std::vector<std::string> said;
    for (auto& c : children) said.push_back(c.hear(7));
    REQUIRE(std::ranges::count(said, "owner  ") == 1);
    const auto owner = std::ranges::find(said, "owner  ") - said.begin();
    const auto pid = children[static_cast<std::size_t>(owner)].pid();
    for (const auto& s : said)
        if (s != "owner  ") CHECK(std::stoi(s) == pid);
}

TEST_CASE("the data directory is made, for its owner alone") {
    test::temporary_directory directory;
    const auto deep = directory.path() / "a" / "b";
    const owner_lock lock(deep, "posts");
    namespace fs = std::filesystem;
    CHECK(fs::status(deep).permissions() == fs::perms::owner_all);
}

TEST_CASE("an owner's file that holds something else is not overwritten") {
    test::temporary_directory directory;
    std::ofstream(directory / "posts.owner") << "my shopping list\n";
    CHECK_THROWS_AS(owner_lock(directory.path(), "posts"), std::runtime_error);
    CHECK(content(directory / "posts.owner") == "my shopping list\n");
}

TEST_CASE("an owner that died before it wrote its pid counts for nothing") {
    test::temporary_directory directory;
    std::ofstream(directory / "posts.owner").close();
    CHECK(owner_lock(directory.path(), "posts").epoch() == 1);
}
