#include <catch2/catch.hpp>
#include <future>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace std::chrono_literals;

namespace {

// A read that waits on an I/O thread, as a follower does. The threads must outlive the writer,
// which wakes it.
struct waiting_reader {
    std::future<result<events::feed_page>> page;

    waiting_reader(io_threads& threads, events::feed& feed) {
        const events::feed_request request{.after = 0, .limit = 10, .wait_ms = 25'000};
        page = asio::co_spawn(threads.context(0), feed.read({}, request), asio::use_future);
        std::promise<void> waits;
        // The coroutine was queued first, and runs until it has to wait.
        asio::post(threads.context(0), [&waits] { waits.set_value(); });
        threads.start();
        waits.get_future().wait();
    }
    bool is_waiting() { return page.wait_for(0s) == std::future_status::timeout; }
};

}  // namespace

TEST_CASE("the feed gives events in order, after a position and up to a limit") {
    scratch_platform p(tested_schema);
    for (std::int64_t key = 1; key <= 5; ++key) REQUIRE(publish(p, key, fmt::format("{}", key)));

    const auto all = p.published();
    REQUIRE(all.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(all[i].kind == "said");
        CHECK(all[i].key == static_cast<std::int64_t>(i + 1));
        CHECK(all[i].at == fixed_clock::start);
        CHECK(decode<said>(all[i].body)->text == fmt::format("{}", i + 1));
    }
    const auto some = run_coroutine(p.outbox.read({}, {.after = all[1].id, .limit = 2}));
    REQUIRE(some);
    REQUIRE(some->events.size() == 2);
    CHECK(some->events[0].id == all[2].id);
    CHECK(some->events[1].id == all[3].id);
    // A limit of nothing is one event, so that a follower gets on.
    const auto one = run_coroutine(p.outbox.read({}, {.after = 0, .limit = 0}));
    CHECK(one->events.size() == 1);
}

TEST_CASE("a page of the feed is no larger than its reader can take, and never empty for that") {
    scratch_platform p(tested_schema);
    for (const std::size_t quarters : {1, 1, 1, 1, 8})
        REQUIRE(publish(p, 1, std::string(quarters * events::feed_page_bytes_max / 4, 'x')));
    std::vector<std::size_t> sizes;
    for (std::int64_t after = 0;;) {
        const auto page = run_coroutine(p.outbox.read({}, {.after = after}));
        REQUIRE(page);
        if (page->events.empty()) break;
        sizes.push_back(page->events.size());
        after = page->events.back().id;
    }
    CHECK(sizes == std::vector<std::size_t>{3, 1, 1});
}

TEST_CASE("an event is published if and only if its change is made") {
    scratch_platform p(tested_schema);
    const auto undone = p.write([&](sqlite::connection& db) -> result<nothing> {
        p.outbox.append(db, 1, p.clock.now(), said{"never"});
        return fail(errc::conflict, "text", "has already been taken");
    });
    CHECK_FALSE(undone);
    const auto thrown = p.write([&](sqlite::connection& db) -> result<nothing> {
        p.outbox.append(db, 1, p.clock.now(), said{"never"});
        throw std::runtime_error("a bug");
    });
    CHECK_FALSE(thrown);
    CHECK(p.published().empty());
}

TEST_CASE("a reader that waits is woken by an event") {
    io_threads threads(1);
    scratch_platform p(tested_schema);
    waiting_reader reader(threads, p.outbox);
    CHECK(reader.is_waiting());
    const auto begun = std::chrono::steady_clock::now();
    REQUIRE(publish(p, 1, "hello"));
    const auto page = reader.page.get();
    CHECK(std::chrono::steady_clock::now() - begun < 20s);
    REQUIRE(page);
    REQUIRE(page->events.size() == 1);
    CHECK(decode<said>(page->events[0].body)->text == "hello");
}

TEST_CASE("a commit without an event leaves a reader waiting") {
    io_threads threads(1);
    scratch_platform p(tested_schema);
    waiting_reader reader(threads, p.outbox);
    REQUIRE(p.write([](sqlite::connection& db) { note(db, "no event"); }));
    CHECK(reader.is_waiting());
    p.outbox.close();
    const auto page = reader.page.get();
    REQUIRE(page);
    CHECK(page->events.empty());
}

TEST_CASE("a wait ends, without an event, when it was asked to") {
    scratch_platform p(tested_schema);
    const auto begun = std::chrono::steady_clock::now();
    SECTION("by the request") {
        const auto page =
            run_coroutine(p.outbox.read({}, {.after = 0, .limit = 10, .wait_ms = 30}));
        REQUIRE(page);
        CHECK(page->events.empty());
    }
    SECTION("by the caller's deadline, which comes first") {
        query_context context;
        context.deadline = begun + 30ms;
        // Empty or not_executed: the caller is gone either way.
        static_cast<void>(
            run_coroutine(p.outbox.read(context, {.after = 0, .limit = 10, .wait_ms = 25'000})));
    }
    CHECK(std::chrono::steady_clock::now() - begun >= 30ms);
    CHECK(std::chrono::steady_clock::now() - begun < 20s);
}

TEST_CASE("a closed outbox ends every wait and begins none") {
    io_threads threads(1);
    scratch_platform p(tested_schema);
    waiting_reader reader(threads, p.outbox);
    p.outbox.close();
    const auto ended = reader.page.get();
    REQUIRE(ended);
    CHECK(ended->events.empty());
    const auto read_now = [&] {
        return run_coroutine(p.outbox.read({}, {.after = 0, .limit = 10, .wait_ms = 1}));
    };
    const auto late = read_now();
    REQUIRE_FALSE(late);
    CHECK(late.error().code == errc::not_executed);
    p.outbox.reopen();
    CHECK(read_now());
}

TEST_CASE("a reader that still waits when its thread ends leaves nothing behind") {
    scratch_platform p(tested_schema);
    {
        io_threads threads(1);
        const waiting_reader gone(threads, p.outbox);
    }
    REQUIRE(publish(p, 1, "to nobody"));  // Wakes whoever waits.
    CHECK(p.published().size() == 1);
}
