// A feed that fails, repeats itself, is late, tears its pages and is restored at times, from a
// seed.
#include <catch2/catch.hpp>
#include <random>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

class lossy_feed final : public events::feed {
public:
    lossy_feed(std::mt19937& random) : random_(random) {}
    void read_from(events::feed& source) { source_ = &source; }

    task<events::feed_page> read(query_context context, events::feed_request r) override {
        switch (random_() % 8) {
            case 0: co_return not_executed();
            case 1: co_return outcome_unknown();
            case 2: {  // A page of long ago, whatever was asked for.
                if (before_.empty()) co_return not_executed();
                co_return before_[random_() % before_.size()];
            }
            case 3: {  // Again from further back.
                r.after = std::max<std::int64_t>(0, r.after - static_cast<int>(random_() % 10));
                break;
            }
            default: break;
        }
        auto page = co_await source_->read(context, r);
        if (!page) co_return page;
        if (random_() % 4 == 0 && page->events.size() > 1)  // torn
            page->events.resize(1 + random_() % (page->events.size() - 1));
        before_.push_back(*page);
        co_return page;
    }

private:
    std::mt19937& random_;
    events::feed* source_ = nullptr;
    std::vector<events::feed_page> before_;
};

events::subscription note_anew() {
    events::subscription all("publisher");
    all.on<said>(
        [](sqlite::connection& db, const said& e, const events::event&) { note(db, e.text); });
    all.on_reset(events::subscription::restart::from_the_beginning,
                 [](sqlite::connection& db, std::int64_t) { db.run("DELETE FROM tested_notes"); });
    return all;
}

}  // namespace

TEST_CASE("whatever a feed does on the way, each event is applied once and in order") {
    const auto seed = GENERATE(range(1U, 13U));
    INFO("seed " << seed);
    std::mt19937 random(seed);
    scratch_platform publisher(tested_schema), own(tested_schema);
    lossy_feed feed(random);
    feed.read_from(publisher.outbox);
    auto few = quick();
    few.batch_events_max = 7;
    std::string expected;
    for (int i = 0; i < 60; ++i) {
        const auto text = fmt::format("{}", i);
        expected += text + " ";
        REQUIRE(publish(publisher, i % 3, text));
        if (random() % 5 == 0) deliver(own.outbox, note_anew(), feed, few);
        if (random() % 25 == 0) {
            REQUIRE(
                publisher.write([](sqlite::connection& db) { events::renew_epoch(db, "tested"); }));
            feed.read_from(restarted(publisher));
        }
    }
    // Each ends where the feed seems to have ended, and the next one starts anew.
    for (int i = 0; i < 200 && notes(own) != expected; ++i)
        deliver(own.outbox, note_anew(), feed, few);
    CHECK(notes(own) == expected);
    CHECK(parked(own).empty());
}
