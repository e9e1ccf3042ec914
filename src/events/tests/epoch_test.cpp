#include <catch2/catch.hpp>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;
using restart = events::subscription::restart;

namespace {

events::subscription note_all(std::string publisher = "publisher") {
    events::subscription all(std::move(publisher));
    all.on<said>(
        [](sqlite::connection& db, const said& e, const events::event&) { note(db, e.text); });
    return all;
}

events::subscription note_anew(restart where) {
    auto all = note_all();
    all.on_reset(where, [](sqlite::connection& db, std::int64_t old_epoch) {
        if (old_epoch == 0) throw std::runtime_error("there was none");
        db.run("DELETE FROM tested_notes");
    });
    return all;
}

events::renewed_epoch renew(scratch_platform& p) {
    return p
        .write([](sqlite::connection& db) -> result<events::renewed_epoch> {
            return events::renew_epoch(db, "tested");
        })
        .value();
}

events::feed_page read(events::feed& from, events::feed_request r) {
    return run_coroutine(from.read(query_context{}, std::move(r))).value();
}

}  // namespace

TEST_CASE("a feed has an epoch, which stays until it is renewed") {
    scratch_platform p(tested_schema);
    REQUIRE(publish(p, 1, "1"));
    const auto first = read(p.outbox, {});
    REQUIRE(first.epoch);
    CHECK(*first.epoch > 0);
    CHECK(first.epoch_began_after == 0);
    CHECK(read(restarted(p), {}).epoch == first.epoch);
    const auto renewed = renew(p);
    CHECK(renewed.before == first.epoch);
    CHECK(renewed.now != first.epoch);
    const auto second = read(restarted(p), {});
    CHECK(second.epoch == renewed.now);
    CHECK(second.epoch_began_after == 1);
    CHECK(scratch_platform(tested_schema).outbox.look()->epoch != first.epoch);
}

TEST_CASE("a consumer of another epoch, or ahead of the log, is told at once") {
    scratch_platform p(tested_schema);
    REQUIRE(publish(p, 1, "1"));
    const auto epoch = read(p.outbox, {}).epoch;
    // It would wait, were it not gone.
    events::feed_request wanted{
        .after = 1, .wait_ms = 25'000, .consumer = "me", .epoch = *epoch + 1};
    CHECK(read(p.outbox, wanted).gone == true);
    wanted.epoch = epoch;
    wanted.after = 2;
    CHECK(read(p.outbox, wanted).gone == true);
    wanted.after = 0;
    const auto page = read(p.outbox, wanted);
    CHECK_FALSE(page.gone);
    CHECK(page.events.size() == 1);
}

TEST_CASE("a follower starts over when the feed is another") {
    scratch_platform publisher(tested_schema), own(tested_schema);
    for (const auto* text : {"1", "2", "3"}) REQUIRE(publish(publisher, 1, text));
    deliver(own.outbox, note_all(), publisher.outbox);
    REQUIRE(notes(own) == "1 2 3 ");

    SECTION("restored: from the beginning, after what it had built is cleared") {
        renew(publisher);
        auto& after = restarted(publisher);
        deliver(own.outbox, note_anew(restart::from_the_beginning), after);
        CHECK(notes(own) == "1 2 3 ");
        REQUIRE(publish(publisher, 1, "4"));
        deliver(own.outbox, note_anew(restart::from_the_beginning), after);
        CHECK(notes(own) == "1 2 3 4 ");
    }
    SECTION("restored: what has happened is not told twice") {
        renew(publisher);
        auto& after = restarted(publisher);
        REQUIRE(publish(publisher, 1, "4"));
        deliver(own.outbox, note_anew(restart::with_the_epoch), after);
        CHECK(notes(own) == "4 ");
    }
    SECTION("without on_reset: all of it again") {
        renew(publisher);
        auto& after = restarted(publisher);
        deliver(own.outbox, note_all(), after);
        CHECK(notes(own) == "1 2 3 1 2 3 ");
    }
    SECTION("made anew, and shorter") {
        scratch_platform other(tested_schema);
        REQUIRE(publish(other, 1, "a"));
        deliver(own.outbox, note_anew(restart::from_the_beginning), other.outbox);
        CHECK(notes(own) == "a ");
    }
    SECTION("restored from one backup together: it goes on") {
        const auto renewed = renew(publisher);
        REQUIRE(own.write([&](sqlite::connection& db) {
            events::adopt_epoch(db, "tested", "publisher", renewed);
        }));
        auto& after = restarted(publisher);
        REQUIRE(publish(publisher, 1, "4"));
        deliver(own.outbox, note_anew(restart::from_the_beginning), after);
        CHECK(notes(own) == "1 2 3 4 ");
    }
}

TEST_CASE("a reset that fails is tried again, and nothing is applied before it succeeds") {
    scratch_platform publisher(tested_schema), own(tested_schema);
    REQUIRE(publish(publisher, 1, "1"));
    deliver(own.outbox, note_all(), publisher.outbox);
    renew(publisher);
    auto& after = restarted(publisher);
    int failures = 3;
    auto stubborn = note_all();
    stubborn.on_reset(restart::from_the_beginning, [&](sqlite::connection& db, std::int64_t) {
        db.run("DELETE FROM tested_notes");
        if (failures-- > 0) throw std::runtime_error("not yet");
    });
    deliver(own.outbox, stubborn, after);
    CHECK(failures == -1);
    CHECK(notes(own) == "1 ");
}

TEST_CASE("what is parked goes with the log that it was in") {
    scratch_platform publisher(tested_schema), own(tested_schema);
    REQUIRE(publish(publisher, 1, "1"));
    events::subscription bad("publisher");
    bad.on<said>([](sqlite::connection&, const said&, const events::event&) {
        throw std::runtime_error("never");
    });
    deliver(own.outbox, bad, publisher.outbox);
    REQUIRE(parked(own).size() == 1);
    renew(publisher);
    auto& after = restarted(publisher);
    deliver(own.outbox, note_all(), after);
    CHECK(parked(own).empty());
    CHECK(notes(own) == "1 ");
}

TEST_CASE("a database of the first release is followed, and follows, as before") {
    scratch_platform publisher(tested_schema), own(tested_schema);
    REQUIRE(publish(publisher, 1, "1"));
    REQUIRE(publish(publisher, 1, "2"));
    REQUIRE(own.write([](sqlite::connection& db) {
        db.run_script(
            "DROP TABLE tested_cursors; DROP TABLE tested_parked; DROP TABLE tested_feed;"
            "CREATE TABLE tested_cursors (feed TEXT PRIMARY KEY, position INTEGER NOT NULL) "
            "STRICT, WITHOUT ROWID;"
            "CREATE TABLE tested_parked (feed TEXT NOT NULL, id INTEGER NOT NULL, "
            "kind TEXT NOT NULL, key INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, "
            "PRIMARY KEY (feed, key, id)) STRICT, WITHOUT ROWID;"
            "INSERT INTO tested_cursors VALUES ('publisher', 1);");
    }));
    auto& upgraded = restarted(own);
    deliver(upgraded, note_anew(restart::from_the_beginning), publisher.outbox);
    CHECK(notes(own) == "2 ");
}
