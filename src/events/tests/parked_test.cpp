#include <catch2/catch.hpp>
#include <events/parked.hpp>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

// Notes what it hears, but for the words that it cannot bear.
struct picky {
    std::set<std::string> bad;
    events::subscription make() {
        events::subscription all("publisher");
        all.on<said>([this](sqlite::connection& db, const said& e, const events::event&) {
            note(db, e.text);
            if (bad.contains(e.text)) throw std::runtime_error("cannot bear it");
        });
        return all;
    }
};

// 4 is parked, with 7 and 10 of its key behind it; 3 is, with 6 and 9.
struct parking {
    scratch_platform publisher{tested_schema};
    scratch_platform own{tested_schema};
    picky what{{"3", "4"}};
    events::parked_events parked{own.outbox, {what.make()}};

    parking() {
        for (int i = 1; i <= 10; ++i) REQUIRE(publish(publisher, i % 3, fmt::format("{}", i)));
        deliver(own.outbox, what.make(), publisher.outbox);
        REQUIRE(notes(own) == "1 2 5 8 ");
    }
    events::parked_list list(events::parked_choice which = {}) {
        return run_coroutine(parked.list({}, which)).value();
    }
    result<events::retry_outcome> retry(events::parked_choice which = {}) {
        return run_coroutine(parked.retry({}, which));
    }
    result<events::parked_event> drop(events::parked_choice which) {
        return run_coroutine(parked.drop({}, which));
    }
};

events::parked_choice id(std::int64_t n) {
    return {std::nullopt, n};
}

}  // namespace

TEST_CASE("a parked event says what it is and why it is there") {
    parking p;
    const auto all = p.list();
    CHECK(all.total == 6);
    REQUIRE(all.events.size() == 6);
    const auto& three = all.events.front();
    CHECK(three.publisher == "publisher");
    CHECK(three.id == 3);
    CHECK(three.kind == "said");
    CHECK(three.key == 0);
    CHECK(three.at == fixed_clock::start);
    CHECK(three.parked_at.unix_ms > 0);
    CHECK(three.attempts == quick().attempts_max);
    CHECK(three.error == "cannot bear it");
    const auto& six = all.events[1];
    CHECK(six.id == 6);
    CHECK(six.attempts == 0);
    CHECK(six.error.empty());
    CHECK(p.list(id(4)).events.size() == 1);
    CHECK(p.list({"another", std::nullopt}).events.empty());
}

TEST_CASE("what can be applied now is, in the order of its key") {
    parking p;
    p.what.bad.clear();
    SECTION("one key, by any of its events") {
        const auto done = p.retry(id(7));
        REQUIRE(done);
        CHECK(done->applied == 3);
        CHECK(done->failed == 0);
        CHECK(notes(p.own) == "1 2 5 8 4 7 10 ");
        CHECK(p.list().total == 3);
    }
    SECTION("all of them") {
        REQUIRE(p.retry()->applied == 6);
        CHECK(notes(p.own) == "1 2 5 8 3 6 9 4 7 10 ");
        CHECK(p.list().total == 0);
        CHECK(p.retry()->applied == 0);
    }
    SECTION("and what comes after that does not queue any more") {
        REQUIRE(p.retry());
        REQUIRE(publish(p.publisher, 1, "13"));
        deliver(p.own.outbox, p.what.make(), p.publisher.outbox);
        CHECK(notes(p.own).ends_with("10 13 "));
    }
}

TEST_CASE("what still fails stays, with all behind it, and has one attempt more") {
    parking p;
    p.what.bad = {"7", "3"};
    const auto done = p.retry();
    REQUIRE(done);
    CHECK(done->applied == 1);
    CHECK(done->failed == 2);
    CHECK(notes(p.own) == "1 2 5 8 4 ");
    CHECK(p.list().total == 5);
    CHECK(p.list(id(3)).events.at(0).attempts == quick().attempts_max + 1);
    CHECK(p.list(id(7)).events.at(0).attempts == 1);
    CHECK(p.list(id(7)).events.at(0).error == "cannot bear it");
    CHECK(p.list(id(10)).events.at(0).attempts == 0);
}

TEST_CASE("a dropped event is never applied, and those behind it can be") {
    parking p;
    const auto dropped = p.drop(id(4));
    REQUIRE(dropped);
    CHECK(dropped->id == 4);
    CHECK(dropped->error == "cannot bear it");
    CHECK(p.list().total == 5);
    CHECK(p.drop(id(4)).error().code == errc::not_found);
    REQUIRE(p.retry(id(7))->applied == 2);
    CHECK(notes(p.own) == "1 2 5 8 7 10 ");
}

TEST_CASE("which event is meant must be clear") {
    parking p;
    CHECK(p.retry(id(1)).error().code == errc::not_found);
    CHECK(p.drop({}).error().code == errc::invalid_argument);
    CHECK(p.drop({"another", 4}).error().code == errc::not_found);
    REQUIRE(p.own.write([&p](sqlite::connection& db) {
        db.run(p.own.outbox.sql().park, "another", 4, "said", 1, timestamp{}, "{}", timestamp{}, 0,
               "");
    }));
    CHECK(p.drop(id(4)).error().code == errc::invalid_argument);
    CHECK(p.drop({"another", 4})->publisher == "another");
    CHECK(p.list(id(4)).events.size() == 1);
}

TEST_CASE("an event of somebody who is not followed any more can only be dropped") {
    parking p;
    events::parked_events deaf(p.own.outbox, {});
    const auto done = run_coroutine(deaf.retry({}, id(4)));
    REQUIRE(done);
    CHECK(done->applied == 0);
    CHECK(done->failed == 1);
    CHECK(p.list(id(4)).events.at(0).error.starts_with("nothing here follows"));
    CHECK(run_coroutine(deaf.drop({}, id(4))));
}
