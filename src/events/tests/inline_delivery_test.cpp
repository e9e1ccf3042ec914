// Events that are applied in the transaction of the change.
#include <catch2/catch.hpp>
#include <events/inline_delivery.hpp>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

const sqlite::migration_list publisher_schema{"publisher", {}};

// A file that two modules share, and what the one hears of the other.
struct classic {
    scratch_folder folder;
    std::optional<sqlite::database> whole, publisher_store, own_store;
    std::optional<events::outbox> publisher, own;
    bool refuses = false;

    classic() { open(); }
    ~classic() { whole->writer().stop(); }

    void open() {
        std::vector<sqlite::migration_list> both{publisher_schema, tested_schema};
        whole.emplace(folder.path(), "blog", std::move(both), 1,
                      [](const std::string&) { std::abort(); });
        publisher_store.emplace(*whole, "publisher");
        own_store.emplace(*whole, "tested");
        publisher.emplace(*publisher_store);
        own.emplace(*own_store);
    }
    void reopen() {
        whole->writer().stop();
        for (auto* box : {&own, &publisher}) box->reset();
        for (auto* store : {&own_store, &publisher_store, &whole}) store->reset();
        open();
    }

    events::subscription heard() {
        events::subscription all("publisher");
        all.on<said>([this](sqlite::connection& db, const said& e, const events::event& source) {
            if (refuses) throw std::runtime_error("never mind");
            note(db, fmt::format("{}:{}", source.id, e.text));
        });
        return all;
    }

    result<nothing> say(const std::string& text, bool then_fail = false) {
        return whole->writer().submit_blocking<nothing>(
            [&](sqlite::connection& db) -> result<nothing> {
                publisher->append(db, 1, {}, said{text});
                if (then_fail) return fail(errc::conflict, "text", "is taken");
                return nothing{};
            });
    }

    std::string notes() {
        return own_store->read(steady_time::max(), [](sqlite::connection& db) {
            std::string all;
            auto rows = db.query("SELECT text FROM tested_notes ORDER BY id");
            while (rows.step()) all.append(rows.text(0)).append(" ");
            return all;
        });
    }
};

}  // namespace

TEST_CASE("an event that is delivered inline has taken effect when its publisher is answered") {
    classic both;
    events::begin_inline(*both.publisher, *both.own, both.heard());
    REQUIRE(both.say("a"));
    CHECK(both.notes() == "1:a ");
    CHECK_FALSE(both.say("b", true));
    CHECK(both.notes() == "1:a ");
    // It is in the log as well.
    const auto page = run_coroutine(both.publisher->read(query_context{}, {}));
    REQUIRE(page);
    CHECK(page->events.size() == 1);
}

TEST_CASE("an event that cannot be applied inline fails what it tells of") {
    classic both;
    events::begin_inline(*both.publisher, *both.own, both.heard());
    both.refuses = true;
    const auto refused = both.say("a");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::internal);
    both.refuses = false;
    REQUIRE(both.say("b"));
    CHECK(both.notes().ends_with(":b "));
    CHECK(both.notes().find(":a") == std::string::npos);
}

TEST_CASE("each event takes effect once when delivery changes from feeds to inline and back") {
    classic both;
    REQUIRE(both.say("a"));
    REQUIRE(both.say("b"));
    deliver(*both.own, both.heard(), *both.publisher, quick(), 1);
    REQUIRE(both.say("c"));
    both.reopen();
    events::begin_inline(*both.publisher, *both.own, both.heard());
    CHECK(both.notes() == "1:a 2:b 3:c ");
    REQUIRE(both.say("d"));
    events::begin_inline(*both.publisher, *both.own, both.heard());  // as after a hand-over
    REQUIRE(both.say("e"));
    both.reopen();
    events::begin_inline(*both.publisher, *both.own, both.heard());
    REQUIRE(both.say("f"));
    both.reopen();
    events::end_inline(*both.publisher, *both.own);
    events::end_inline(*both.publisher, *both.own);
    REQUIRE(both.say("g"));
    deliver(*both.own, both.heard(), *both.publisher);
    CHECK(both.notes() == "1:a 2:b 3:c 4:d 5:e 6:f 7:g ");
}

TEST_CASE("inline delivery does not begin where an event cannot be applied, or is parked") {
    classic both;
    REQUIRE(both.say("a"));
    both.refuses = true;
    CHECK_THROWS_WITH(events::begin_inline(*both.publisher, *both.own, both.heard()),
                      Catch::Matchers::Contains("never mind"));
    deliver(*both.own, both.heard(), *both.publisher);
    both.refuses = false;
    CHECK_THROWS_WITH(events::begin_inline(*both.publisher, *both.own, both.heard()),
                      Catch::Matchers::Contains("cleave events"));
}
