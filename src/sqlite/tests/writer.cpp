#include <atomic>
#include <base/io_threads.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <sqlite/writer.hpp>
#include <stdexcept>
#include <telemetry/recorder.hpp>
#include <thread>

#include "writer_support.hpp"

using namespace cleave;
using namespace cleave::sqlite;

TEST_CASE("submitters on several I/O threads get their own answers on their own threads") {
    constexpr int threads = 4;
    constexpr int coroutines = 8;
    constexpr int rows = 50;
    std::atomic<int> right = 0;
    std::atomic<int> left = threads * coroutines;
    std::promise<void> done;
    io_threads io(threads);
    test::written w;
    io.start();
    for (int i = 0; i < threads * coroutines; ++i) {
        auto submit_rows = [](writer& to, int first, auto& right, auto& left,
                              auto& done) -> async<void> {
            for (int n = first; n < first + rows; ++n) {
                const auto here = std::this_thread::get_id();
                const auto answer =
                    co_await to.submit<std::int64_t>(steady_time::max(), test::add(n));
                right += answer == n && here == std::this_thread::get_id();
            }
            if (--left == 0) done.set_value();
        };
        asio::co_spawn(io.context(static_cast<std::size_t>(i % threads)),
                       submit_rows(*w.writer, i * rows, right, left, done), asio::detached);
    }
    done.get_future().get();
    CHECK(right == threads * coroutines * rows);
    CHECK(w.numbers().size() == threads * coroutines * rows);
    const auto counters = w.writer->counters();
    CHECK(counters.jobs == threads * coroutines * rows);
    CHECK(counters.failed_jobs == 0);
    CHECK(counters.commits >= 1);
    CHECK(counters.commits <= counters.jobs);
}

TEST_CASE("a job under way is work: its io_context does not run out") {
    asio::io_context io(1);
    test::written w;
    std::optional<result<std::int64_t>> answer;
    auto submit_one = [](writer& to, auto& answer) -> async<void> {
        answer = co_await to.submit<std::int64_t>(steady_time::max(), test::add(1));
    };
    asio::co_spawn(io, submit_one(*w.writer, answer), asio::detached);
    io.run();
    CHECK(answer == 1);
}

TEST_CASE("an answer may be anything that moves") {
    test::written w;
    const auto answer = w.writer->submit_blocking<std::unique_ptr<int>>(
        [mine = std::make_unique<int>(3)](connection&) mutable -> result<std::unique_ptr<int>> {
            return std::move(mine);
        });
    REQUIRE(answer);
    CHECK(**answer == 3);
    CHECK(w.writer->submit_blocking<void>([](connection&) -> result<void> { return {}; }));
}

TEST_CASE("an error undoes what its job wrote and nothing else") {
    for (const bool in_a_batch : {false, true}) {
        test::written w;
        auto failing = [](connection& db) -> result<std::int64_t> {
            test::insert(db, 2);
            return fail(errc::conflict, "number", "is even");
        };
        if (in_a_batch) {
            auto batch = w.gather();
            auto first = batch.submit(test::add(1));
            auto second = batch.submit(failing);
            auto third = batch.submit(test::add(3));
            batch.go();
            CHECK(first.get() == 1);
            CHECK(second.get().error().code == errc::conflict);
            CHECK(third.get() == 3);
            CHECK(w.writer->counters().commits == 2);  // the gate's and the batch's
        } else {
            CHECK(w.submit(test::add(1)) == 1);
            CHECK(w.submit(failing).error().code == errc::conflict);
            CHECK(w.submit(test::add(3)) == 3);
        }
        CHECK(w.numbers() == std::vector<std::int64_t>{1, 3});
    }
}

TEST_CASE("a job that throws is undone, and its siblings are not") {
    test::written w;
    auto batch = w.gather();
    auto first = batch.submit(test::add(1));
    auto throwing = batch.submit([](connection& db) -> result<std::int64_t> {
        test::insert(db, 2);
        throw std::runtime_error("a bug");
    });
    auto violating = batch.submit([](connection& db) -> result<std::int64_t> {
        test::insert(db, 4);
        test::insert(db, 1);
        return 4;
    });
    auto last = batch.submit(test::add(3));
    batch.go();
    CHECK(first.get() == 1);
    CHECK(throwing.get().error() == problem{});
    CHECK(violating.get().error() == problem{});
    CHECK(last.get() == 3);
    CHECK(w.numbers() == std::vector<std::int64_t>{1, 3});
    CHECK(w.submit([](connection&) -> result<std::int64_t> { throw 1; }).error() == problem{});
    CHECK(w.writer->counters().failed_jobs == 3);
}

TEST_CASE("a batch runs once more where a job wrote before it failed, and not where none did") {
    for (const bool writes_first : {false, true}) {
        test::written w;
        int runs = 0;  // of the job before the one that fails
        auto batch = w.gather();
        auto first = batch.submit([&runs](connection& db) -> result<std::int64_t> {
            ++runs;
            return test::insert(db, 1);
        });
        auto failing = batch.submit([&](connection& db) -> result<std::int64_t> {
            if (writes_first) test::insert(db, 2);
            return fail(errc::conflict, "number", "is even");
        });
        batch.go();
        CHECK(first.get() == 1);
        CHECK(failing.get().error().code == errc::conflict);
        CHECK(runs == (writes_first ? 2 : 1));
        CHECK(w.numbers() == std::vector<std::int64_t>{1});
    }
}

TEST_CASE("jobs of one batch see what those before them wrote") {
    test::written w;
    auto batch = w.gather();
    auto take_name = [](connection& db) -> result<std::int64_t> {
        if (db.query("SELECT 1 FROM t WHERE n = ?1", 7).step())
            return fail(errc::conflict, "number", "is taken");
        return test::insert(db, 7);
    };
    auto first = batch.submit(take_name);
    auto second = batch.submit(take_name);
    batch.go();
    CHECK(first.get() == 7);
    CHECK(second.get().error().code == errc::conflict);
    CHECK(w.numbers() == std::vector<std::int64_t>{7});
}

TEST_CASE("a batch has a largest size") {
    test::written w({.batch_jobs_max = 2});
    auto batch = w.gather();
    std::vector<test::pending> answers;
    for (int n = 0; n < 6; ++n) answers.push_back(batch.submit(test::add(n)));
    batch.go();
    for (int n = 0; n < 6; ++n) CHECK(answers[static_cast<std::size_t>(n)].get() == n);
    CHECK(w.writer->counters().commits == 4);
}

TEST_CASE("a full queue refuses") {
    test::written w({.queued_jobs_max = 2});
    auto batch = w.gather();
    auto first = batch.submit(test::add(1));
    auto second = batch.submit(test::add(2));
    CHECK(w.writer->counters().queued == 2);
    CHECK(w.submit(test::add(3)).error().code == errc::not_executed);
    batch.go();
    CHECK(first.get() == 1);
    CHECK(second.get() == 2);
    CHECK(w.submit(test::add(4)) == 4);
    CHECK(w.numbers() == std::vector<std::int64_t>{1, 2, 4});
}

TEST_CASE("a job whose deadline has passed does not begin") {
    test::written w;
    const auto past = std::chrono::steady_clock::now();
    CHECK(w.submit(test::add(1), past).error().code == errc::not_executed);
    auto batch = w.gather();
    auto late = batch.submit(test::add(2), past);
    auto timely = batch.submit(test::add(3), past + std::chrono::hours(1));
    batch.go();
    CHECK(late.get().error().code == errc::not_executed);
    CHECK(timely.get() == 3);
    CHECK(w.numbers() == std::vector<std::int64_t>{3});
}

TEST_CASE("stop finishes what is queued and refuses the rest") {
    test::written w;
    auto batch = w.gather();
    auto queued = batch.submit(test::add(1));
    std::thread stopping([&] { w.writer->stop(); });
    // Refused as soon as stop() has begun; until then, queued like the others.
    std::vector<test::pending> tried;
    std::int64_t next = 2;
    do {
        tried.push_back(batch.submit(test::add(next++)));
        std::this_thread::yield();
    } while (!tried.back().answered());
    CHECK(tried.back().get().error().code == errc::not_executed);
    tried.pop_back();
    batch.go();
    stopping.join();
    CHECK(queued.get() == 1);
    for (auto& t : tried) CHECK(t.get().has_value());
    w.writer->stop();  // again does no harm
    CHECK(w.submit(test::add(1'000'000)).error().code == errc::not_executed);
    CHECK(w.numbers().size() == tried.size() + 1);
}

TEST_CASE("listeners hear of a commit before its jobs are answered") {
    test::written w;
    std::atomic<int> heard = 0;
    w.writer->on_commit([&] { ++heard; });
    CHECK(w.submit(test::add(1)) == 1);
    CHECK(heard == 1);
    w.writer->on_commit([&] { heard += 10; });
    CHECK(w.submit(test::add(2)) == 2);
    CHECK(heard == 12);
    w.writer->stop();
}

TEST_CASE("a violated deferred constraint is found at commit and costs nobody else") {
    test::written w;
    static_cast<void>(w.submit([](connection& db) -> result<std::int64_t> {
        db.run_script(
            "CREATE TABLE parent(id INTEGER PRIMARY KEY);"
            "CREATE TABLE child(id REFERENCES parent DEFERRABLE INITIALLY DEFERRED);");
        return 0;
    }));
    auto batch = w.gather();
    auto first = batch.submit(test::add(1));
    auto orphan = batch.submit([](connection& db) -> result<std::int64_t> {
        db.run("INSERT INTO child VALUES (9)");
        return 9;
    });
    auto last = batch.submit(test::add(2));
    batch.go();
    CHECK(first.get() == 1);
    CHECK(orphan.get().error() == problem{});
    CHECK(last.get() == 2);
    CHECK(w.numbers() == std::vector<std::int64_t>{1, 2});
    CHECK(w.submit(test::add(3)) == 3);
}

TEST_CASE("a commit is a span of each request whose job was in it") {
    const auto recorded = [] {
        call_context out;
        out.trace = begin_request({});
        out.trace.within = out.trace.span_id;
        return out;
    };
    const auto span_of = [](const call_context& context) {
        const auto found = telemetry::spans_of_request(context.trace.span_id);
        REQUIRE(found.size() == 1);
        CHECK(found.front().kind == telemetry::span_kind::batch);
        CHECK(found.front().parent == context.trace.within);
        return found.front();
    };
    test::written w;
    const auto kept = recorded(), refused = recorded();
    auto batch = w.gather();
    auto first = batch.submit(test::add(1), kept);
    auto second = batch.submit(
        [](connection& db) -> result<std::int64_t> {
            test::insert(db, 2);
            return fail(errc::conflict, "n", "taken");
        },
        refused);
    auto third = batch.submit(test::add(3));
    batch.go();
    CHECK(first.get() == 1);
    CHECK_FALSE(second.get());
    CHECK(third.get() == 3);
    const auto s = span_of(kept);
    CHECK(s.status == 200);
    CHECK(s.jobs == 3);
    CHECK(s.took >=
          std::chrono::microseconds(s.waited_us) + std::chrono::microseconds(s.commit_us));
    CHECK(telemetry::label_of(s.name).name == "commit");
    CHECK(span_of(refused).commit_us == 0);
}
