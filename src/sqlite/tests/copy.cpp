// Copies of a database that is written to, and what is said of broken ones.
#include <catch2/catch.hpp>
#include <fstream>
#include <sqlite/connection.hpp>
#include <sqlite/copy.hpp>

#include "support.hpp"

using namespace cleave;
using namespace cleave::sqlite;

namespace {

namespace fs = std::filesystem;

std::int64_t rows_in(const fs::path& file) {
    connection db(file, open_mode::owner);
    auto count = db.query("SELECT count(*) FROM t");
    REQUIRE(count.step());
    return count.integer(0);
}

void fill(connection& db, int rows) {
    db.run_script("CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY, b TEXT); BEGIN");
    const std::string text(1'000, 'x');
    for (int i = 0; i < rows; ++i) db.run("INSERT INTO t (b) VALUES (?1)", text);
    db.run_script("COMMIT");
}

}  // namespace

TEST_CASE("a copy is of one moment, though the original is written to meanwhile") {
    const test::temporary_directory folder;
    const auto from = folder.path() / "from.db", to = folder.path() / "to.db";
    connection owner(from, open_mode::owner);
    fill(owner, 4'000);
    std::uint64_t steps = 0, last = 0, all = 0;
    copy_database(from, to, [&](std::uint64_t done, std::uint64_t pages) {
        // What has not been checkpointed is copied too, and what comes now is not.
        if (steps++ == 1) fill(owner, 100);
        CHECK(done >= last);
        last = done;
        all = pages;
    });
    CHECK(steps > 2);
    CHECK(last == all);
    CHECK(integrity_problems(to).empty());
    CHECK((fs::status(to).permissions() & fs::perms::mask) ==
          (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(rows_in(to) == 4'000);
    auto now = owner.query("SELECT count(*) FROM t");
    REQUIRE(now.step());
    CHECK(now.integer(0) == 4'100);
}

TEST_CASE("looking at a copy makes nothing beside it") {
    const test::temporary_directory folder;
    const auto from = folder.path() / "from.db", to = folder.path() / "a%20 ?#.db";
    {
        connection owner(from, open_mode::owner);
        fill(owner, 10);
    }
    copy_database(from, to, [](std::uint64_t, std::uint64_t) {});
    CHECK(integrity_problems(to).empty());
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(folder.path()))
        if (entry.path().filename().string().starts_with("a%20")) ++files;
    CHECK(files == 1);
}

TEST_CASE("a broken database is told from a sound one") {
    const test::temporary_directory folder;
    const auto file = folder.path() / "a.db", copy = folder.path() / "b.db";
    {
        connection owner(file, open_mode::owner);
        fill(owner, 500);
    }
    copy_database(file, copy, [](std::uint64_t, std::uint64_t) {});
    {
        std::fstream out(copy, std::ios::in | std::ios::out | std::ios::binary);
        out.seekp(20 * 4'096);
        out << std::string(8'192, '\7');
    }
    CHECK_FALSE(integrity_problems(copy).empty());
    std::ofstream(folder.path() / "c.db") << "this is no database at all, whatever it is called";
    CHECK_FALSE(integrity_problems(folder.path() / "c.db").empty());
    CHECK_FALSE(integrity_problems(folder.path() / "none.db").empty());
    CHECK_THROWS_AS(copy_database(folder.path() / "none.db", folder.path() / "d.db",
                                  [](std::uint64_t, std::uint64_t) {}),
                    error);
}
