#include <catch2/catch.hpp>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace std::chrono_literals;

namespace {

struct passed_by {
    static constexpr const char* kind = "passed_by";
    static constexpr bool passing = true;
    std::string text{};
};
BOOST_DESCRIBE_STRUCT(passed_by, (), (text))

// Every third is one that stays.
void publish_many(scratch_platform& p, int count) {
    REQUIRE(p.write([&](sqlite::connection& db) {
        for (int i = 1; i <= count; ++i) {
            const auto text = fmt::format("{}", i);
            if (i % 3 == 0)
                p.outbox.append(db, 1, p.clock.now(), said{text});
            else
                p.outbox.append(db, 1, p.clock.now(), passed_by{text});
        }
    }));
}

std::vector<std::int64_t> ids(scratch_platform& p) {
    std::vector<std::int64_t> all;
    for (const auto& e : p.published()) all.push_back(e.id);
    return all;
}

void ask(scratch_platform& p, const std::string& consumer, std::int64_t after) {
    const events::feed_request r{.after = after, .limit = 1, .consumer = consumer};
    REQUIRE(run_coroutine(p.outbox.read({}, r)));
}

using all_ids = std::vector<std::int64_t>;
const events::retention an_hour{.passing_kept_for = 1h, .window_events = 4};

}  // namespace

TEST_CASE("events that only pass go when they are old, all others stay") {
    scratch_platform p(tested_schema);
    publish_many(p, 9);
    run_coroutine(p.outbox.trim(p.clock.now(), an_hour));
    CHECK(ids(p).size() == 9);
    p.clock.advance(2h);
    publish_many(p, 3);
    run_coroutine(p.outbox.trim(p.clock.now(), an_hour));
    CHECK(ids(p) == all_ids{3, 6, 9, 10, 11, 12});
    CHECK(p.outbox.look()->trimmed_to == 9);
    CHECK(p.outbox.look()->head == 12);
    p.clock.advance(2h);
    run_coroutine(p.outbox.trim(p.clock.now(), an_hour));
    CHECK(ids(p) == all_ids{3, 6, 9, 12});
}

TEST_CASE("they go before that where there are too many") {
    scratch_platform p(tested_schema);
    publish_many(p, 12);
    auto few = an_hour;
    few.passing_behind_head_max = 4;
    run_coroutine(p.outbox.trim(p.clock.now(), few));
    CHECK(ids(p) == all_ids{3, 6, 9, 10, 11, 12});
}

TEST_CASE("what a known consumer has not read stays, over restarts too, until it is forgotten") {
    scratch_platform p(tested_schema);
    publish_many(p, 6);
    ask(p, "fast", 6);
    ask(p, "slow", 2);
    p.clock.advance(2h);
    run_coroutine(p.outbox.trim(p.clock.now(), an_hour));
    CHECK(ids(p) == all_ids{3, 4, 5, 6});
    CHECK(p.outbox.look()->consumers.at("slow").position == 2);

    auto& later = restarted(p);
    p.clock.advance(24h);
    run_coroutine(later.trim(p.clock.now(), an_hour));
    CHECK(ids(p) == all_ids{3, 4, 5, 6});
    p.clock.advance(31 * 24h);
    run_coroutine(later.trim(p.clock.now(), an_hour));
    CHECK(ids(p) == all_ids{3, 6});
    CHECK(later.look()->consumers.empty());
    // It comes back all the same, and hears what stays.
    const events::feed_request r{.after = 2, .consumer = "slow", .epoch = later.look()->epoch};
    const auto page = run_coroutine(later.read({}, r));
    REQUIRE(page);
    CHECK_FALSE(page->gone);
    CHECK(page->events.size() == 2);
}

TEST_CASE("who only looks keeps nothing") {
    scratch_platform p(tested_schema);
    publish_many(p, 3);
    REQUIRE(run_coroutine(p.outbox.read({}, {.after = 0, .limit = 1})));
    CHECK(p.outbox.look()->consumers.empty());
}

TEST_CASE("ids are not given out again when the last event was dropped") {
    scratch_platform p(tested_schema);
    publish_many(p, 2);
    p.clock.advance(2h);
    run_coroutine(p.outbox.trim(p.clock.now(), an_hour));
    CHECK(ids(p).empty());
    CHECK(p.outbox.look()->head == 2);
    publish_many(p, 1);
    CHECK(ids(p) == all_ids{3});
}
