#include "scratch_saga.hpp"

using namespace cleave;
using namespace cleave::saga;

TEST_CASE("a step takes effect once, however often it is asked for") {
    member m;
    for (int i = 0; i < 3; ++i) CHECK(m.run_now({"s", 1, "do", 7})->finished);
    CHECK(words_in(m.p) == "did ");
    CHECK(m.run_now({"s", 2, "do", 7}).has_value());
    CHECK(m.run_now({"t", 1, "do", 7}).has_value());
    CHECK(words_in(m.p) == "did did did ");
}

TEST_CASE("a step that was undone is not done any more, by nothing that comes late") {
    member m;
    REQUIRE(m.run_now({"s", 1, "do", 7}).has_value());
    for (int i = 0; i < 3; ++i) CHECK(m.undo_now({"s", 1, "undo", 7}).has_value());
    CHECK(m.run_now({"s", 1, "do", 7}).error().code == errc::conflict);
    CHECK(words_in(m.p) == "did undid ");
    // Nor one that has not come yet.
    CHECK(m.undo_now({"s", 2, "undo", 7}).has_value());
    CHECK(m.run_now({"s", 2, "do", 7}).error().code == errc::conflict);
}

TEST_CASE("an action that nobody registered is not found") {
    member m;
    CHECK(m.run_now({"s", 1, "fly", 7}).error().code == errc::not_found);
}

TEST_CASE("an action with much to do goes on until all is done, a job after the other") {
    int left = 5;
    member m({{"many", [&left](sqlite::connection& db, std::int64_t) -> result<bool> {
                   db.run("INSERT INTO home_words VALUES ('part')");
                   return --left == 0;
               }}});
    CHECK(m.run_now({"s", 1, "many", 7})->finished);
    CHECK(words_in(m.p) == "part part part part part ");
    CHECK(m.run_now({"s", 1, "many", 7})->finished);
    CHECK(left == 0);
}

TEST_CASE("what fails is undone and not remembered") {
    bool bad = true;
    member m({{"shy", [&bad](sqlite::connection& db, std::int64_t) -> result<bool> {
                   db.run("INSERT INTO home_words VALUES ('half')");
                   if (bad) return fail(errc::conflict, "word", "not now");
                   return true;
               }}});
    CHECK(m.run_now({"s", 1, "shy", 7}).error().detail == "not now");
    CHECK(words_in(m.p).empty());
    bad = false;
    CHECK(m.run_now({"s", 1, "shy", 7}).has_value());
    CHECK(words_in(m.p) == "half ");
}
