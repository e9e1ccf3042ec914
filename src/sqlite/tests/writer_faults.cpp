#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <sqlite/writer.hpp>

#include "fault_vfs.hpp"
#include "writer_support.hpp"

using namespace cleave;
using namespace cleave::sqlite;
using test::fault;
using test::file_kind;
using test::operation;

namespace {

// With a cache this small, a job's pages go to the WAL before the commit.
const std::string spilling = "PRAGMA cache_size = 10; PRAGMA cache_spill = 10;";

test::number_job add_large(std::int64_t n) {
    return [n](connection& db) -> result<std::int64_t> {
        db.run("INSERT INTO t VALUES (?1, zeroblob(400000))", n);
        return n;
    };
}

errc code_of(const result<std::int64_t>& answer) {
    REQUIRE_FALSE(answer.has_value());
    return answer.error().code;
}

void check_integrity(test::written& w) {
    connection db(w.file(), open_mode::reader);
    auto row = db.query("PRAGMA integrity_check");
    REQUIRE(row.step());
    CHECK(row.text(0) == "ok");
}

using numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("the disk is full for a moment amid a batch: each job is run again by itself") {
    test::fault_vfs disk;
    test::written w({}, disk.name(), spilling);
    std::string runs;
    auto batch = w.gather();
    auto first = batch.submit(test::add(1));
    auto large = batch.submit([&](connection& db) -> result<std::int64_t> {
        try {
            auto answer = add_large(2)(db);
            runs += "done";
            return answer;
        } catch (const error& e) {
            runs += e.is_full() && !db.in_transaction() ? "full and undone, " : "other, ";
            throw;
        }
    });
    auto last = batch.submit([](connection& db) -> result<std::int64_t> {
        test::insert(db, 3);
        return fail(errc::conflict, "number", "is odd");
    });
    disk.inject({operation::write, file_kind::wal, SQLITE_FULL, 1});
    batch.go();
    CHECK(first.get() == 1);
    CHECK(large.get() == 2);
    CHECK(code_of(last.get()) == errc::conflict);
    CHECK(disk.failures() == 1);
    CHECK(runs == "full and undone, done");
    CHECK(w.numbers() == numbers{1, 2});
    check_integrity(w);
}

TEST_CASE("the disk is full: nothing is applied, and all is well once there is space") {
    const auto [pragmas, what] = GENERATE_COPY(values<std::pair<std::string, std::string>>(
        {{spilling, "amid the batch"}, {"", "at its commit"}}));
    INFO(what);
    test::fault_vfs disk;
    test::written w({}, disk.name(), pragmas);
    CHECK(w.submit(test::add(1)) == 1);
    {
        auto batch = w.gather();
        auto small = batch.submit(test::add(2));
        auto large = batch.submit(add_large(3));
        auto failing = batch.submit([](connection&) -> result<std::int64_t> {
            return fail(errc::not_found, "number", "not found");
        });
        disk.inject({operation::write, file_kind::wal, SQLITE_FULL});
        batch.go();
        CHECK(code_of(small.get()) == errc::storage_full);
        CHECK(code_of(large.get()) == errc::storage_full);
        CHECK(code_of(failing.get()) == errc::not_found);
    }
    CHECK(code_of(w.submit(test::add(4))) == errc::storage_full);
    CHECK(code_of(w.submit(add_large(4))) == errc::storage_full);
    CHECK(w.numbers() == numbers{1});
    disk.heal();
    CHECK(w.submit(add_large(5)) == 5);
    CHECK(w.numbers() == numbers{1, 5});
    check_integrity(w);
    CHECK(w.fatal().empty());
}

TEST_CASE("a database that may not grow is full, and its siblings are not") {
    test::written w({}, nullptr, "PRAGMA max_page_count = 20;");
    auto batch = w.gather();
    auto first = batch.submit(test::add(1));
    auto large = batch.submit(add_large(2));
    auto last = batch.submit(test::add(3));
    batch.go();
    CHECK(first.get() == 1);
    CHECK(code_of(large.get()) == errc::storage_full);
    CHECK(last.get() == 3);
    CHECK(w.numbers() == numbers{1, 3});
}

TEST_CASE("a WAL that cannot grow is written over from its start") {
    test::fault_vfs disk;
    test::written w({.checkpoint_pages_idle = 1'000'000, .checkpoint_pages_busy = 1'000'000},
                    disk.name());
    disk.limit_wal(64 * 1024);
    for (int n = 1; n <= 100; ++n) CHECK(w.submit(test::add(n)) == n);
    CHECK(disk.failures() > 0);
    CHECK(w.writer->counters().failed_jobs == 0);
    CHECK(w.numbers().size() == 100);
    check_integrity(w);
}

TEST_CASE("a commit that the disk fails is of unknown outcome, and the last") {
    const auto [what, code] = GENERATE(values<std::pair<operation, int>>(
        {{operation::sync, SQLITE_IOERR_FSYNC}, {operation::write, SQLITE_IOERR_WRITE}}));
    const bool in_a_batch = GENERATE(false, true);
    test::fault_vfs disk;
    test::written w({.batch_jobs_max = 3}, disk.name());
    int listened = 0;
    w.writer->on_commit([&] { ++listened; });
    CHECK(w.submit(test::add(1)) == 1);
    std::vector<test::pending> unknown;
    std::vector<test::pending> untouched;
    auto batch = w.gather();
    unknown.push_back(batch.submit(test::add(2)));
    if (in_a_batch) {
        // Its error may rest on what a sibling wrote.
        unknown.push_back(batch.submit([](connection&) -> result<std::int64_t> {
            return fail(errc::conflict, "number", "is taken");
        }));
        unknown.push_back(batch.submit(test::add(3)));
        untouched.push_back(batch.submit(test::add(4)));
        untouched.push_back(batch.submit(test::add(5)));
    }
    disk.inject({what, file_kind::wal, code, fault::for_ever});
    // The gate is a job too, but reads alone: its commit writes nothing.
    batch.go();
    for (auto& u : unknown) CHECK(code_of(u.get()) == errc::outcome_unknown);
    for (auto& u : untouched) CHECK(code_of(u.get()) == errc::not_executed);
    disk.heal();
    CHECK(code_of(w.submit(test::add(6))) == errc::not_executed);
    CHECK(w.fatal().size() == 1);
    CHECK(code_of(w.submit(test::add(7))) == errc::not_executed);
    CHECK(w.fatal().size() == 1);
    CHECK(listened == 2);  // the first job and the gate
    w.restart();
    auto found = w.numbers();
    CHECK(found.front() == 1);
    CHECK(found.back() <= 3);
    CHECK(w.submit(test::add(8)) == 8);
    check_integrity(w);
}

TEST_CASE("a commit may be durable although it failed: unknown is not undone") {
    test::fault_vfs disk;
    test::written w({}, disk.name());
    disk.inject({operation::grow_shared_memory, file_kind::database, SQLITE_IOERR_SHMSIZE});
    // So many pages that the WAL's index must grow, which it does after the commit frame is synced.
    const auto answer = w.submit([](connection& db) -> result<std::int64_t> {
        db.run("INSERT INTO t VALUES (1, zeroblob(20000000))");
        return 1;
    });
    CHECK(code_of(answer) == errc::outcome_unknown);
    CHECK(disk.failures() > 0);
    CHECK(w.fatal().size() == 1);
    disk.heal();
    w.restart();
    CHECK(w.numbers() == numbers{1});
    check_integrity(w);
}

TEST_CASE("an I/O error in a job: it is not executed, its siblings are") {
    test::fault_vfs disk;
    test::written w({}, disk.name(), spilling);
    auto batch = w.gather();
    auto first = batch.submit(test::add(1));
    auto unlucky = batch.submit([&](connection& db) -> result<std::int64_t> {
        disk.inject({operation::write, file_kind::wal, SQLITE_IOERR_WRITE, 1});
        return add_large(2)(db);
    });
    auto last = batch.submit(test::add(3));
    batch.go();
    CHECK(first.get() == 1);
    CHECK(code_of(unlucky.get()) == errc::not_executed);
    CHECK(last.get() == 3);
    CHECK(w.submit(test::add(4)) == 4);
    CHECK(w.numbers() == numbers{1, 3, 4});
    CHECK(w.fatal().empty());
}

TEST_CASE("a job that hides the end of its transaction is found out") {
    test::fault_vfs disk;
    test::written w({}, disk.name(), spilling);
    auto batch = w.gather();
    auto first = batch.submit(test::add(1));
    auto hiding = batch.submit([&](connection& db) -> result<std::int64_t> {
        disk.inject({operation::write, file_kind::wal, SQLITE_IOERR_WRITE, 1});
        try {
            return add_large(2)(db);
        } catch (const error&) {
            return 2;
        }
    });
    batch.go();
    CHECK(first.get() == 1);
    CHECK(hiding.get().error() == problem{});
    CHECK(w.numbers() == numbers{1});
}

TEST_CASE("an fsync that fails inside a job ends the writer, with nothing applied") {
    test::fault_vfs disk;
    test::written w({}, disk.name(), spilling);
    // The first page that is spilled begins the WAL, whose header is synced.
    auto batch = w.gather();
    auto small = batch.submit(test::add(1));
    auto large = batch.submit(add_large(2));
    disk.inject({operation::sync, file_kind::wal, SQLITE_IOERR_FSYNC});
    batch.go();
    CHECK(code_of(small.get()) == errc::not_executed);
    CHECK(code_of(large.get()) == errc::not_executed);
    CHECK(w.fatal().size() == 1);
    disk.heal();
    w.restart();
    CHECK(w.numbers().empty());
}

TEST_CASE("an fsync that fails in a checkpoint ends the writer") {
    test::fault_vfs disk;
    test::written w({.checkpoint_pages_busy = 0}, disk.name());
    disk.inject({operation::sync, file_kind::database, SQLITE_IOERR_FSYNC});
    CHECK(w.submit(test::add(1)) == 1);
    CHECK(code_of(w.submit(test::add(2))) == errc::not_executed);
    CHECK(w.fatal().size() == 1);
    CHECK(disk.failures() == 1);  // no second try as the connection was closed
    // The WAL still has it all; but nothing is acknowledged while it cannot be made safe.
    CHECK_THROWS_AS(w.restart(), error);
    disk.heal();
    w.restart();
    CHECK(w.submit(test::add(3)) == 3);
    CHECK(w.numbers() == numbers{1, 3});
    check_integrity(w);
}

TEST_CASE("a checkpoint that fails otherwise is tried again later") {
    test::fault_vfs disk;
    test::written w({.checkpoint_pages_busy = 0}, disk.name());
    disk.inject({operation::write, file_kind::database, SQLITE_IOERR_WRITE, 1});
    disk.inject({operation::write, file_kind::database, SQLITE_FULL, 1});
    for (int n = 1; n <= 4; ++n) CHECK(w.submit(test::add(n)) == n);
    CHECK(w.fatal().empty());
    CHECK(disk.failures() == 2);
    CHECK(w.numbers() == numbers{1, 2, 3, 4});
}

TEST_CASE("a lock that cannot be had refuses the whole batch") {
    test::written w;
    // Waiting ends at the connection's deadline: do not wait.
    static_cast<void>(w.submit([](connection& db) -> result<std::int64_t> {
        db.set_deadline(std::chrono::steady_clock::now());
        return 0;
    }));
    connection intruder(w.file(), open_mode::owner);
    auto batch = w.gather();
    auto first = batch.submit(test::add(1));
    auto second = batch.submit(test::add(2));
    intruder.set_deadline(steady_time::max());
    batch.go();
    CHECK(first.get() == 1);
    CHECK(second.get() == 2);
    intruder.run("BEGIN IMMEDIATE");
    CHECK(code_of(w.submit(test::add(3))) == errc::not_executed);
    intruder.run("ROLLBACK");
    CHECK(w.submit(test::add(4)) == 4);
    CHECK(w.fatal().empty());
}
