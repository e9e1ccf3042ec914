#include <catch2/catch.hpp>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

events::subscription note_all() {
    events::subscription all("publisher");
    all.on<said>(
        [](sqlite::connection& db, const said& e, const events::event&) { note(db, e.text); });
    return all;
}

// A publisher with events of three keys, and a follower's database.
struct two_modules {
    scratch_platform publisher{tested_schema};
    scratch_platform own{tested_schema};

    explicit two_modules(int count) {
        for (int i = 1; i <= count; ++i) REQUIRE(publish(publisher, i % 3, fmt::format("{}", i)));
    }
};

// Does not answer the first few times.
class stuttering_feed final : public events::feed {
public:
    stuttering_feed(events::feed& source, int failures) : source_(source), failures_(failures) {}
    task<events::feed_page> read(query_context context, events::feed_request r) override {
        if (failures_-- > 0) co_return not_executed();
        // And gives what was asked for before once more.
        r.after = std::max<std::int64_t>(r.after - 2, 0);
        r.limit += 2;
        auto page = co_await source_.read(context, r);
        if (page && !page->events.empty() && page->events.back().id <= r.after + 2)
            page->events.clear();
        co_return page;
    }

private:
    events::feed& source_;
    int failures_;
};

}  // namespace

TEST_CASE("each event takes effect once, whenever the follower is stopped") {
    two_modules m(10);
    events::follower::limits three_at_a_time = quick();
    three_at_a_time.batch_events_max = 3;
    // Each of these followers knows nothing but what the one before left in the database.
    for (int restart = 0; restart < 3; ++restart)
        deliver(m.own.outbox, note_all(), m.publisher.outbox, three_at_a_time, 1);
    CHECK(notes(m.own) == "1 2 3 4 5 6 7 8 9 ");
    deliver(m.own.outbox, note_all(), m.publisher.outbox);
    deliver(m.own.outbox, note_all(), m.publisher.outbox);
    CHECK(notes(m.own) == "1 2 3 4 5 6 7 8 9 10 ");
}

TEST_CASE("an event that is delivered again does nothing") {
    two_modules m(10);
    events::follower::limits three_at_a_time = quick();
    three_at_a_time.batch_events_max = 3;
    stuttering_feed feed(m.publisher.outbox, 5);
    deliver(m.own.outbox, note_all(), feed, three_at_a_time);
    CHECK(notes(m.own) == "1 2 3 4 5 6 7 8 9 10 ");
}

TEST_CASE("two followers of one feed at once, as in a hand-over, apply it once") {
    two_modules m(200);
    events::follower::limits few_at_a_time = quick();
    few_at_a_time.batch_events_max = 7;
    {
        const auto follow = [&] {
            deliver(m.own.outbox, note_all(), m.publisher.outbox, few_at_a_time);
        };
        const std::jthread first(follow), second(follow);
    }
    std::string expected;
    for (int i = 1; i <= 200; ++i) expected += fmt::format("{} ", i);
    CHECK(notes(m.own) == expected);
}

TEST_CASE("a failing event is parked, its key queues behind it, the others go on") {
    two_modules m(10);  // 4, 7 and 10 have the key of 1.
    int attempts = 0;
    events::subscription what("publisher");
    what.on<said>([&](sqlite::connection& db, const said& e, const events::event&) {
        note(db, e.text);
        if (e.text == "4" && ++attempts > 0) throw std::runtime_error("will never work");
    });
    deliver(m.own.outbox, what, m.publisher.outbox);
    CHECK(notes(m.own) == "1 2 3 5 6 8 9 ");  // And nothing of 4, whose job was undone.
    CHECK(parked(m.own) == std::vector<std::int64_t>{1, 1, 1});
    CHECK(attempts == 1 + quick().attempts_max);  // once with the rest of its page

    SECTION("for good: what comes later of that key queues as well") {
        REQUIRE(publish(m.publisher, 1, "11"));
        REQUIRE(publish(m.publisher, 2, "12"));
        deliver(m.own.outbox, note_all(), m.publisher.outbox);
        CHECK(notes(m.own) == "1 2 3 5 6 8 9 12 ");
        CHECK(parked(m.own).size() == 4);
    }
}

TEST_CASE("an event that fails for a while is applied in its turn") {
    two_modules m(10);
    int failures = quick().attempts_max;
    events::subscription what("publisher");
    what.on<said>([&](sqlite::connection& db, const said& e, const events::event&) {
        if (e.text == "4" && failures-- > 0) throw std::runtime_error("not yet");
        note(db, e.text);
    });
    deliver(m.own.outbox, what, m.publisher.outbox);
    CHECK(notes(m.own) == "1 2 3 4 5 6 7 8 9 10 ");
    CHECK(parked(m.own).empty());
}

TEST_CASE("more than one event may fail") {
    two_modules m(10);
    events::subscription what("publisher");
    what.on<said>([&](sqlite::connection& db, const said& e, const events::event&) {
        if (e.text == "2" || e.text == "3") throw std::runtime_error("will never work");
        note(db, e.text);
    });
    deliver(m.own.outbox, what, m.publisher.outbox);
    CHECK(notes(m.own) == "1 4 7 10 ");
    CHECK(parked(m.own) == std::vector<std::int64_t>{2, 0, 2, 0, 2, 0});
}

TEST_CASE("an event that cannot be read is parked, one of an unknown kind passed over") {
    scratch_platform publisher(tested_schema), own(tested_schema);
    REQUIRE(publisher.write([&](sqlite::connection& db) {
        publisher.outbox.append_raw(db, "sung", 1, {}, "la la la");
        publisher.outbox.append_raw(db, "said", 2, {}, R"({"txet":"misspelt"})");
    }));
    REQUIRE(publish(publisher, 3, "fine"));
    deliver(own.outbox, note_all(), publisher.outbox);
    CHECK(notes(own) == "fine ");
    CHECK(parked(own) == std::vector<std::int64_t>{2});
}
