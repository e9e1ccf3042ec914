#include <array>
#include <atomic>
#include <base/io_threads.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <sqlite/database.hpp>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <vector>

#include "support.hpp"

using namespace cleave;
using namespace cleave::sqlite;

namespace {

const migration_list schema{
    "posts", {{"0001_numbers", "CREATE TABLE posts_numbers(n INTEGER PRIMARY KEY);"}}};

std::unique_ptr<database> open(const std::filesystem::path& directory, std::size_t threads = 1) {
    return std::make_unique<database>(directory, schema, threads,
                                      [](const std::string& why) { FAIL(why); });
}

std::unique_ptr<database> open_replica(const std::filesystem::path& directory) {
    return std::make_unique<database>(
        directory, schema, 1, [](const std::string& why) { FAIL(why); }, writer_limits{},
        slow_read_limits{}, ownership::replica);
}

void add(database& db, std::int64_t n) {
    const auto added = db.writer().submit_blocking<void>([n](connection& c) -> result<void> {
        c.run("INSERT INTO posts_numbers VALUES (?1)", n);
        return {};
    });
    REQUIRE(added);
}

std::int64_t count(connection& c) {
    auto row = c.query("SELECT count(*) FROM posts_numbers");
    row.step();
    return row.integer(0);
}

constexpr auto no_deadline = steady_time::max();

constexpr std::string_view endless =
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c";

}  // namespace

TEST_CASE("a read is one snapshot, whatever is written meanwhile") {
    test::temporary_directory directory;
    auto db = open(directory.path());
    add(*db, 1);
    const auto [before, during, inner] = db->read(no_deadline, [&](connection& c) {
        const auto first = count(c);
        add(*db, 2);
        const auto newer = db->read(no_deadline, [](connection& d) { return count(d); });
        return std::array{first, count(c), newer};
    });
    CHECK(before == 1);
    CHECK(during == 1);
    CHECK(inner == 2);  // a read inside a read has a snapshot of its own
    CHECK(db->read(no_deadline, count) == 2);
}

TEST_CASE("an I/O thread keeps its snapshot for a turn, but none that is out of date") {
    test::temporary_directory directory;
    auto db = open(directory.path());
    add(*db, 1);
    io_threads io(1);
    io.start();
    // A checkpoint cannot end while somebody reads what was in the WAL before it.
    const auto nobody_reads = [&] {
        connection other(directory.path() / "posts.db", open_mode::owner);
        auto row = other.query("PRAGMA wal_checkpoint(TRUNCATE)");
        row.step();
        return row.integer(0) == 0;
    };
    const auto run = [&](auto f) {
        std::packaged_task<decltype(f())()> task(f);
        auto done = task.get_future();
        asio::post(io.context(0), std::move(task));
        return done.get();
    };
    const auto [first, kept, second, afresh] = run([&] {
        const auto before = db->read(no_deadline, count);
        const bool is_kept = !std::async(nobody_reads).get();
        std::async([&] { add(*db, 2); }).get();
        const auto after = db->read(no_deadline, count);
        // A thread that is no I/O thread takes the connection over, snapshot and all.
        std::async([&] { add(*db, 3); }).get();
        return std::tuple{before, is_kept, after,
                          std::async([&] { return db->read(no_deadline, count); }).get()};
    });
    CHECK(first == 1);
    CHECK(kept);
    CHECK(second == 2);
    CHECK(afresh == 3);
    run([&] { return db->read(no_deadline, count); });
    run([] {});
    CHECK(nobody_reads());

    // Once another process may write, nobody here knows of its commits.
    db->release();
    const auto next_owner = open(directory.path());
    const auto [old, newer] = run([&] {
        const auto before = db->read(no_deadline, count);
        std::async([&] { add(*next_owner, 4); }).get();
        return std::pair{before, db->read(no_deadline, count)};
    });
    CHECK(old == 3);
    CHECK(newer == 4);
}

TEST_CASE("a read cannot write") {
    test::temporary_directory directory;
    auto db = open(directory.path());
    CHECK_THROWS_AS(
        db->read(no_deadline, [](connection& c) { c.run("DELETE FROM posts_numbers"); }), error);
    CHECK(db->read(no_deadline, count) == 0);  // the reader is none the worse for it
}

TEST_CASE("a read ends at its deadline") {
    test::temporary_directory directory;
    auto db = open(directory.path());
    const auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
    try {
        db->read(soon, [](connection& c) { c.run(endless); });
        FAIL("it ended");
    } catch (const error& e) {
        CHECK(e.is_interrupted());
    }
    const auto late = db->try_read(soon, [](connection& c) { c.run(endless); });
    CHECK(late.error().code == errc::not_executed);
    const auto past = db->try_read(soon, count);
    CHECK(past.error().code == errc::not_executed);
    CHECK(db->try_read(no_deadline, count) == 0);
}

TEST_CASE("a read that fails otherwise is a bug") {
    test::temporary_directory directory;
    auto db = open(directory.path());
    const auto failed =
        db->try_read(no_deadline, [](connection& c) { return c.run("SELECT * FROM missing"); });
    CHECK(failed.error() == problem{});
    const auto done = db->try_read(no_deadline, [](connection&) {});
    CHECK(done.has_value());
    // What is no failure of the database is the caller's.
    CHECK_THROWS_AS(db->try_read(no_deadline, [](connection&) { throw std::logic_error("a bug"); }),
                    std::logic_error);
    CHECK(db->try_read(no_deadline, count) == 0);
}

TEST_CASE("I/O threads and others read at once") {
    test::temporary_directory directory;
    auto db = open(directory.path(), 2);
    add(*db, 1);
    io_threads io(2);
    io.start();
    std::atomic<int> right = 0;
    std::vector<std::thread> others;
    std::vector<std::future<void>> done;
    const auto read_many = [&] {
        for (int i = 0; i < 200; ++i) right += db->read(no_deadline, count) >= 1;
    };
    for (std::size_t i = 0; i < 2; ++i) {
        std::promise<void> ended;
        done.push_back(ended.get_future());
        asio::post(io.context(i), [&, ended = std::move(ended)]() mutable {
            read_many();
            ended.set_value();
        });
        others.emplace_back(read_many);
    }
    for (int n = 2; n < 20; ++n) add(*db, n);
    for (auto& d : done) d.get();
    for (auto& t : others) t.join();
    CHECK(right == 4 * 200);
}

TEST_CASE("a database has one owner, a number of epochs, and its data for itself") {
    namespace fs = std::filesystem;
    test::temporary_directory directory;
    const auto where = directory.path() / "data";
    {
        auto db = open(where);
        CHECK(db->epoch() == 1);
        CHECK(db->module() == "posts");
        CHECK_THROWS_AS(open(where), owned_elsewhere);
        add(*db, 1);
        for (const char* name : {"posts.db", "posts.db-wal", "posts.owner"})
            CHECK((fs::status(where / name).permissions() & fs::perms(0077)) == fs::perms::none);
    }
    auto db = open(where);
    CHECK(db->epoch() == 2);
    CHECK(db->read(no_deadline, count) == 1);
}

TEST_CASE("a hand-over: the old owner reads on while the new one writes") {
    test::temporary_directory directory;
    auto old_owner = open(directory.path());
    add(*old_owner, 1);
    old_owner->release();
    CHECK(old_owner->epoch() == 1);
    const auto refused =
        old_owner->writer().submit_blocking<void>([](connection&) -> result<void> { return {}; });
    CHECK(refused.error().code == errc::not_executed);
    auto new_owner = open(directory.path());
    CHECK(new_owner->epoch() == 2);
    add(*new_owner, 2);
    CHECK(old_owner->read(no_deadline, count) == 2);
    old_owner.reset();
    add(*new_owner, 3);
    CHECK(new_owner->read(no_deadline, count) == 3);
}

TEST_CASE("a hand-over that fails: the old owner takes the database back") {
    test::temporary_directory directory;
    auto db = open(directory.path());
    add(*db, 1);
    db->release();
    CHECK_FALSE(db->is_owned_here());
    open(directory.path());  // came, and went
    db->own();
    CHECK(db->is_owned_here());
    CHECK(db->epoch() == 3);
    add(*db, 2);
    CHECK(db->read(no_deadline, count) == 2);
    CHECK_THROWS_AS(open(directory.path()), owned_elsewhere);
}

TEST_CASE("a replica waits for its owner, reads what that has committed, and writes nothing") {
    test::temporary_directory directory;
    auto waiting = std::async(std::launch::async, [&] { return open_replica(directory.path()); });
    auto owner = open(directory.path());
    const auto replica = waiting.get();
    CHECK_FALSE(replica->is_owned_here());
    CHECK(replica->epoch() == 0);
    add(*owner, 1);
    CHECK(replica->read(no_deadline, count) == 1);
    const auto refused =
        replica->writer().submit_blocking<void>([](connection&) -> result<void> { return {}; });
    CHECK(refused.error().code == errc::not_executed);

    // The owner's end and the next one's start change nothing for it.
    owner.reset();
    CHECK(replica->read(no_deadline, count) == 1);
    owner = open(directory.path());
    add(*owner, 2);
    CHECK(replica->read(no_deadline, count) == 2);
}

TEST_CASE("a database that cannot be brought up to date is not owned afterwards") {
    test::temporary_directory directory;
    const migration_list broken{"posts", {{"0001_broken", "CREATE NONSENSE"}}};
    CHECK_THROWS_AS(database(directory.path(), broken, 1, {}), error);
    CHECK(owner_lock::holder(directory.path(), "posts") == std::nullopt);
    CHECK(open(directory.path())->epoch() == 2);
}
