#include <catch2/catch.hpp>
#include <sqlite/writer.hpp>
#include <thread>

#include "writer_support.hpp"

using namespace cleave;
using namespace cleave::sqlite;

namespace {

std::uintmax_t wal_bytes(const test::written& w) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(w.file().string() + "-wal", missing);
    return missing ? 0 : size;
}

constexpr std::uint32_t never = 1'000'000;

}  // namespace

TEST_CASE("the WAL is moved into the database when there is nothing else to do") {
    test::written w({.checkpoint_pages_idle = 0, .checkpoint_pages_busy = never});
    CHECK(w.writer->counters().checkpoints == 1);  // the one at start
    CHECK(w.submit(test::add(1)) == 1);
    while (w.writer->counters().checkpoints < 2) std::this_thread::yield();
    CHECK(w.numbers().size() == 1);
}

TEST_CASE("the WAL is moved between batches when it has grown too much") {
    test::written w({.checkpoint_pages_idle = never, .checkpoint_pages_busy = 10});
    for (int n = 0; n < 100; ++n) CHECK(w.submit(test::add(n)) == n);
    CHECK(w.writer->counters().checkpoints > 3);
    CHECK(wal_bytes(w) < 60 * 4096);  // it starts over after each
    CHECK(w.numbers().size() == 100);
}

TEST_CASE("a WAL that has grown far too much is cut off") {
    test::written w({.checkpoint_pages_idle = never, .checkpoint_pages_busy = 10});
    const auto large = w.submit([](connection& db) -> result<std::int64_t> {
        db.run("INSERT INTO t VALUES (1, zeroblob(400000))");
        return 1;
    });
    CHECK(large == 1);
    CHECK(w.submit(test::add(2)) == 2);  // comes after the checkpoint
    CHECK(wal_bytes(w) < 10 * 4096);
}

TEST_CASE("a reader that stays keeps the WAL from starting over, until it goes") {
    test::written w({.checkpoint_pages_idle = never, .checkpoint_pages_busy = 10});
    CHECK(w.submit(test::add(0)) == 0);
    connection reader(w.file(), open_mode::reader);
    reader.run("BEGIN");
    CHECK(test::numbers_in(reader).size() == 1);
    for (int n = 1; n <= 60; ++n) CHECK(w.submit(test::add(n)) == n);
    const auto grown = wal_bytes(w);
    CHECK(grown > 40 * 4096);
    CHECK(test::numbers_in(reader).size() == 1);  // still its moment
    reader.run("COMMIT");
    for (int n = 61; n <= 200; ++n) CHECK(w.submit(test::add(n)) == n);
    CHECK(wal_bytes(w) < grown + 60 * 4096);
    CHECK(test::numbers_in(reader).size() == 201);
}

TEST_CASE("a checkpoint that a reader kept from finishing is finished when it has gone") {
    test::written w({.checkpoint_pages_idle = 0, .checkpoint_pages_busy = never});
    CHECK(w.submit(test::add(1)) == 1);
    while (w.writer->counters().checkpoints < 2) std::this_thread::yield();
    connection reader(w.file(), open_mode::reader);
    reader.run("BEGIN");
    CHECK(test::numbers_in(reader).size() == 1);
    CHECK(w.submit(test::add(2)) == 2);
    CHECK(w.submit(test::add(3)) == 3);
    while (w.writer->counters().checkpoints < 3) std::this_thread::yield();
    reader.run("COMMIT");
    // The database file alone, as if it were the only one. It may be amid a checkpoint.
    const auto in_the_file = [&]() -> std::size_t {
        test::temporary_directory elsewhere;
        std::filesystem::copy(w.file(), elsewhere / "copy.db");
        try {
            connection copy(elsewhere / "copy.db", open_mode::owner);
            return test::numbers_in(copy).size();
        } catch (const error&) {
            return 0;
        }
    };
    while (in_the_file() != 3) std::this_thread::yield();
}

TEST_CASE("stop leaves all data in one file") {
    test::written w({.checkpoint_pages_idle = never, .checkpoint_pages_busy = never});
    for (int n = 0; n < 10; ++n) CHECK(w.submit(test::add(n)) == n);
    CHECK(wal_bytes(w) > 0);
    w.writer->stop();
    CHECK_FALSE(std::filesystem::exists(w.file().string() + "-wal"));
    test::temporary_directory elsewhere;
    std::filesystem::copy(w.file(), elsewhere / "copy.db");
    connection copy(elsewhere / "copy.db", open_mode::owner);
    CHECK(test::numbers_in(copy).size() == 10);
}

TEST_CASE("stop empties the WAL though readers have the database open") {
    test::written w({.checkpoint_pages_idle = never, .checkpoint_pages_busy = never});
    connection reader(w.file(), open_mode::reader);
    CHECK(w.submit(test::add(1)) == 1);
    CHECK(test::numbers_in(reader).size() == 1);
    CHECK(wal_bytes(w) > 0);
    w.writer->stop();
    CHECK(wal_bytes(w) == 0);
    CHECK(test::numbers_in(reader).size() == 1);
}

TEST_CASE("what an earlier process left in the WAL is in the database before the first answer") {
    test::written w;
    w.writer.reset();
    connection earlier(w.file(), open_mode::owner);  // open, so that nobody moves it on closing
    earlier.run("INSERT INTO t(n) VALUES (7)");
    CHECK(wal_bytes(w) > 0);
    w.restart();
    CHECK(wal_bytes(w) == 0);
    CHECK(w.numbers() == std::vector<std::int64_t>{7});
}
