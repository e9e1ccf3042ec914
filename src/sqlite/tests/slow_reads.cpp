#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <sqlite/database.hpp>
#include <support/run_coroutine.hpp>
#include <support/scratch_folder.hpp>
#include <thread>

using namespace cleave;
using namespace cleave::sqlite;
using namespace std::chrono_literals;

namespace {

const migration_list schema{
    "posts",
    {{"0001_numbers",
      "CREATE TABLE posts_numbers(n INTEGER PRIMARY KEY); INSERT INTO posts_numbers VALUES (7);"}}};

struct slow_database {
    test::scratch_folder folder;
    database db;

    explicit slow_database(slow_read_limits limits = {})
        : db(folder.path(), schema, 1, [](const std::string& why) { FAIL(why); }, {}, limits) {}
};

std::int64_t sum(connection& c) {
    auto row = c.query("SELECT sum(n) FROM posts_numbers");
    row.step();
    return row.integer(0);
}

std::int64_t endless(connection& c) {
    return c.run(
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c");
}

constexpr auto no_deadline = steady_time::max();

}  // namespace

TEST_CASE("a slow read runs on another thread, resumes on the caller's, and blocks nobody") {
    slow_database d;
    asio::io_context io(1);
    std::promise<void> inside, open;
    std::thread::id reader, resumed;
    const auto read = [&]() -> task<std::int64_t> {
        auto wait_and_sum = [&](connection& c) {
            reader = std::this_thread::get_id();
            inside.set_value();
            open.get_future().wait();
            return sum(c);
        };
        auto found = co_await d.db.read_slow(no_deadline, wait_and_sum);
        resumed = std::this_thread::get_id();
        co_return found;
    };
    auto answer = asio::co_spawn(io, read(), asio::use_future);
    io.poll();
    inside.get_future().wait();
    CHECK(d.db.slow_reads() == 1);
    CHECK(d.db.try_read(no_deadline, sum) == 7);
    open.set_value();
    io.run();
    CHECK(answer.get() == 7);
    CHECK(resumed == std::this_thread::get_id());
    CHECK(reader != resumed);
    CHECK(d.db.slow_reads() == 0);
}

TEST_CASE("no more slow reads run and wait than may: the next is refused at once") {
    slow_database d({.threads = 1, .reads_max = 2});
    asio::io_context io(1);
    std::promise<void> open;
    const auto until_open = open.get_future().share();
    const auto read = [&]() -> task<std::int64_t> {
        auto wait_and_sum = [&](connection& c) {
            until_open.wait();
            return sum(c);
        };
        co_return co_await d.db.read_slow(no_deadline, wait_and_sum);
    };
    auto first = asio::co_spawn(io, read(), asio::use_future);
    auto second = asio::co_spawn(io, read(), asio::use_future);
    auto third = asio::co_spawn(io, read(), asio::use_future);
    io.poll();
    REQUIRE(third.wait_for(0s) == std::future_status::ready);
    CHECK(third.get().error().code == errc::not_executed);
    open.set_value();
    io.run();
    CHECK(first.get() == 7);
    CHECK(second.get() == 7);
    CHECK(test::run_coroutine(d.db.read_slow(no_deadline, sum)) == 7);
}

TEST_CASE("a slow read is interrupted at its deadline, or when it takes too long for any") {
    slow_database d({.threads = 1, .reads_max = 1, .time_max = 20ms});
    const auto soon = std::chrono::steady_clock::now() + 1ms;
    CHECK(test::run_coroutine(d.db.read_slow(soon, endless)).error().code == errc::not_executed);
    CHECK(test::run_coroutine(d.db.read_slow(soon, sum)).error().code == errc::not_executed);
    const auto too_long = test::run_coroutine(d.db.read_slow(no_deadline, endless));
    CHECK(too_long.error().code == errc::not_executed);
    CHECK(test::run_coroutine(d.db.read_slow(no_deadline, sum)) == 7);
}

TEST_CASE("a slow read that fails otherwise is a bug, and what it throws is its caller's") {
    slow_database d;
    const auto broken = [](connection& c) { return c.run("SELECT * FROM missing"); };
    CHECK(test::run_coroutine(d.db.read_slow(no_deadline, broken)).error() == problem{});
    const auto writes = [](connection& c) { return c.run("DELETE FROM posts_numbers"); };
    CHECK(test::run_coroutine(d.db.read_slow(no_deadline, writes)).error() == problem{});
    const auto throws = [](connection&) -> std::int64_t { throw std::logic_error("a bug"); };
    CHECK_THROWS_AS(test::run_coroutine(d.db.read_slow(no_deadline, throws)), std::logic_error);
}
