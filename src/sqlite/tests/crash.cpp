#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <random>
#include <sqlite/database.hpp>
#include <thread>

#include "child.hpp"
#include "support.hpp"

using namespace cleave;
using namespace cleave::sqlite;

namespace {

const migration_list schema{
    "posts",
    {{"0001_numbers",
      "CREATE TABLE posts_numbers(n INTEGER PRIMARY KEY AUTOINCREMENT, by INTEGER);"
      "CREATE TABLE posts_counts(by INTEGER PRIMARY KEY, n INTEGER NOT NULL);"}}};

// A row, and its author's count of rows, in one job.
result<std::int64_t> add(connection& db, int by) {
    db.run("INSERT INTO posts_numbers(by) VALUES (?1)", by);
    const auto id = db.last_insert_rowid();
    db.run("INSERT INTO posts_counts VALUES (?1, 1) ON CONFLICT DO UPDATE SET n = n + 1", by);
    return id;
}

// Writes from several threads, and says which rows were acknowledged, until it is killed.
void write_for_ever(const std::filesystem::path& directory, int out) {
    const writer_limits small{.checkpoint_pages_idle = 20, .checkpoint_pages_busy = 40};
    database db(directory, schema, 0, {}, small);
    std::vector<std::thread> threads;
    for (int by = 0; by < 4; ++by)
        threads.emplace_back([&, by] {
            for (;;) {
                const auto id = db.writer().submit_blocking<std::int64_t>(
                    [by](connection& c) { return add(c, by); });
                if (!id) std::_Exit(4);
                // So few bytes go into a pipe whole.
                test::say(out, {reinterpret_cast<const char*>(&*id), sizeof *id});
            }
        });
    for (auto& t : threads) t.join();
}

std::vector<std::int64_t> ids(const std::string& heard) {
    std::vector<std::int64_t> found(heard.size() / sizeof(std::int64_t));
    for (std::size_t i = 0; i < found.size(); ++i)
        std::memcpy(&found[i], heard.data() + i * sizeof(std::int64_t), sizeof(std::int64_t));
    return found;
}

}  // namespace

TEST_CASE("killed at any moment, the database has every row that was acknowledged") {
    test::temporary_directory directory;
    std::mt19937 random(20260813);
    std::vector<std::int64_t> acknowledged;
    for (int round = 0; round < 12; ++round) {
        test::child writing([&](int out) { write_for_ever(directory.path(), out); });
        const auto hear = [&](std::size_t count) {
            const auto more = ids(writing.hear(count * sizeof(std::int64_t)));
            acknowledged.insert(acknowledged.end(), more.begin(), more.end());
            return more.size();
        };
        const std::size_t wanted = 1 + random() % 400;
        REQUIRE(hear(wanted) == wanted);
        writing.kill();
        while (hear(1'000) > 0) {
        }  // what was acknowledged before the end
        database db(directory.path(), schema, 1, {});
        CHECK(db.epoch() == static_cast<std::uint64_t>(2 * round + 2));
        db.read(steady_time::max(), [&](connection& c) {
            auto ok = c.query("PRAGMA integrity_check");
            REQUIRE(ok.step());
            CHECK(ok.text(0) == "ok");
            std::size_t there = 0;
            for (const auto id : acknowledged)
                there += c.query("SELECT 1 FROM posts_numbers WHERE n = ?1", id).step();
            CHECK(there == acknowledged.size());
            auto sum = c.query(
                "SELECT (SELECT count(*) FROM posts_numbers), (SELECT sum(n) FROM posts_counts)");
            REQUIRE(sum.step());
            CHECK(sum.integer(0) == sum.integer(1));  // no job was applied in part
        });
    }
    std::ranges::sort(acknowledged);
    CHECK(std::ranges::adjacent_find(acknowledged) == acknowledged.end());
}
