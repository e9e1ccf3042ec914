#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace std::chrono_literals;

namespace {

events::subscription note_all(std::atomic<int>& heard) {
    events::subscription all("publisher");
    all.on<said>([&heard](sqlite::connection& db, const said& e, const events::event&) {
        note(db, e.text);
        ++heard;
    });
    return all;
}

double ms(std::chrono::steady_clock::duration d) {
    return std::chrono::duration<double, std::milli>(d).count();
}

}  // namespace

TEST_CASE("a backlog of 10,000 events is worked off") {
    constexpr int count = 10'000;
    scratch_platform publisher(tested_schema), own(tested_schema);
    REQUIRE(publisher.write([&](sqlite::connection& db) {
        for (int i = 0; i < count; ++i)
            publisher.outbox.append(db, i % 100, publisher.clock.now(),
                                    said{std::string(300, 'x')});
    }));
    std::atomic<int> heard = 0;
    const auto begun = std::chrono::steady_clock::now();
    deliver(own.outbox, note_all(heard), publisher.outbox);
    WARN("10,000 events were applied in " << ms(std::chrono::steady_clock::now() - begun) << " ms");
    CHECK(heard == count);
    const auto noted = own.store.read(steady_time::max(), [](sqlite::connection& db) {
        auto row = db.query("SELECT count(*) FROM tested_notes");
        return row.step() ? row.integer(0) : 0;
    });
    CHECK(noted == count);
}

TEST_CASE("a follower that waits is woken by each event") {
    constexpr int count = 50;
    scratch_platform publisher(tested_schema), own(tested_schema);
    std::atomic<int> heard = 0;
    io_threads threads(1);
    events::follower follower(own.outbox, note_all(heard), publisher.outbox,
                              events::follower::limits{});
    auto ended = asio::co_spawn(threads.context(0), follower.run(), asio::use_future);
    threads.start();
    std::vector<std::chrono::steady_clock::duration> waits;
    for (int i = 1; i <= count; ++i) {
        const auto begun = std::chrono::steady_clock::now();
        REQUIRE(publish(publisher, 1, "event"));
        const auto published = std::chrono::steady_clock::now();
        REQUIRE(eventually([&] { return heard >= i; }));
        waits.push_back(std::chrono::steady_clock::now() - published);
        // It would wait 20 seconds for the next one by itself.
        CHECK(std::chrono::steady_clock::now() - begun < 15s);
    }
    std::ranges::sort(waits);
    WARN("from the commit of an event to its handler: median "
         << ms(waits[count / 2]) << " ms, at most " << ms(waits.back()) << " ms");
    follower.stop();
    publisher.outbox.close();
    ended.get();
}
