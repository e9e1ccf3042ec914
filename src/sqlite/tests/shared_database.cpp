// One file for several modules.
#include <catch2/catch.hpp>
#include <sqlite/database.hpp>

#include "support.hpp"

using namespace cleave;
using namespace cleave::sqlite;

namespace {

const std::vector<migration_list> schemas{
    {"posts", {{"0001_numbers", "CREATE TABLE posts_numbers(n INTEGER PRIMARY KEY);"}}},
    {"users", {{"0001_names", "CREATE TABLE users_names(name TEXT PRIMARY KEY);"}}}};

database open(const std::filesystem::path& directory, ownership as = ownership::owner) {
    return database(
        directory, "blog", schemas, 1, [](const std::string& why) { FAIL(why); }, writer_limits{},
        slow_read_limits{}, as);
}

std::int64_t both(connection& db) {
    auto row = db.query(
        "SELECT (SELECT count(*) FROM posts_numbers) * 10 + "
        "(SELECT count(*) FROM users_names)");
    row.step();
    return row.integer(0);
}

void add_both(database& db, bool then_fail = false) {
    const auto done = db.writer().submit_blocking<nothing>([&](connection& c) -> result<nothing> {
        c.run("INSERT INTO posts_numbers VALUES (1)");
        c.run("INSERT INTO users_names VALUES ('jane')");
        if (then_fail) return fail(errc::conflict, "name", "is taken");
        return nothing{};
    });
    CHECK(done.has_value() != then_fail);
}

constexpr auto no_deadline = steady_time::max();

}  // namespace

TEST_CASE("modules that share a file have a view each, and one transaction") {
    const test::temporary_directory directory;
    auto whole = open(directory.path());
    database posts(whole, "posts"), users(whole, "users");
    CHECK(posts.module() == "posts");
    CHECK(users.module() == "users");
    CHECK(users.name() == "blog");
    CHECK(&posts.writer() == &users.writer());
    CHECK_THROWS_AS(database(whole, "stats"), std::logic_error);

    add_both(posts, true);
    CHECK(users.read(no_deadline, both) == 0);
    add_both(users);
    CHECK(posts.read(no_deadline, both) == 11);
    CHECK(std::filesystem::exists(directory.path() / "blog.db"));
    CHECK_FALSE(std::filesystem::exists(directory.path() / "posts.db"));
    CHECK(owner_lock::holder(directory.path(), "blog") == ::getpid());
    CHECK_THROWS_AS(open(directory.path()), owned_elsewhere);
}

TEST_CASE("a shared file is let go and taken back once for all who share it") {
    const test::temporary_directory directory;
    auto whole = open(directory.path());
    database posts(whole, "posts"), users(whole, "users");
    add_both(posts);
    posts.release();
    users.release();
    CHECK_FALSE(posts.is_owned_here());
    {
        const auto next_owner = open(directory.path());
    }
    users.own();
    posts.own();
    CHECK(posts.is_owned_here());
    CHECK(users.epoch() == 3);
    CHECK(posts.read(no_deadline, both) == 11);
}

TEST_CASE("a replica of a shared file waits until every module's tables are there") {
    const test::temporary_directory directory;
    auto owner = open(directory.path());
    const auto replica = open(directory.path(), ownership::replica);
    database posts(replica, "posts");
    CHECK_FALSE(posts.is_owned_here());
    add_both(owner);
    CHECK(posts.read(no_deadline, both) == 11);
}
