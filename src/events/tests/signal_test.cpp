#include <base/clock.hpp>
#include <base/io_threads.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <events/signal.hpp>
#include <future>

using namespace cleave;
using namespace std::chrono_literals;

namespace {

// Far away: only a wake-up that was lost waits so long.
steady_time far() {
    return std::chrono::steady_clock::now() + 60s;
}

}  // namespace

TEST_CASE("no wake-up is lost, whatever the moment of each raise") {
    constexpr int rounds = 1'000;
    events::signal raised;
    std::atomic<int> looking = 0, raising = 0, raised_for = 0;
    io_threads threads(1);
    // In each round there is one raise. When the wait begins it has happened since the look, is
    // happening just now, or nothing is known of it.
    const auto dawdle = [&](int round) {
        const auto& awaited = round % 3 == 0 ? raised_for : raising;
        while (round % 3 != 2 && awaited < round) std::this_thread::yield();
    };
    const auto watch = [&]() -> async<int> {
        for (int round = 1; round <= rounds; ++round) {
            const auto until = far();
            looking = round;
            for (;;) {
                const auto seen = raised.now();
                if (raising >= round) break;
                if (std::chrono::steady_clock::now() >= until) co_return round;
                dawdle(round);
                co_await raised.wait(seen, until);
            }
        }
        co_return rounds;
    };
    auto seen = asio::co_spawn(threads.context(0), watch(), asio::use_future);
    threads.start();
    for (int round = 1; round <= rounds; ++round) {
        while (looking < round && seen.wait_for(0s) == std::future_status::timeout)
            std::this_thread::yield();
        raising = round;
        raised.raise();
        raised_for = round;
    }
    CHECK(seen.get() == rounds);
}

TEST_CASE("every one who waits is woken, on whichever thread") {
    constexpr int numbers = 5'000, waiters = 8;
    events::signal raised;
    std::atomic<int> number = 0;
    io_threads threads(2);
    const auto watch = [&, until = far()]() -> async<bool> {
        for (;;) {
            const auto seen = raised.now();
            if (number == numbers) co_return true;
            if (std::chrono::steady_clock::now() >= until) co_return false;
            co_await raised.wait(seen, until);
        }
    };
    std::vector<std::future<bool>> all;
    for (std::size_t i = 0; i < waiters; ++i)
        all.push_back(asio::co_spawn(threads.context(i % 2), watch(), asio::use_future));
    threads.start();
    for (int i = 0; i < numbers; ++i) {
        ++number;
        raised.raise();
    }
    for (auto& one : all) CHECK(one.get());
}

TEST_CASE("a wait for what was raised already does not begin") {
    events::signal raised;
    asio::io_context context(1);
    const auto until = far();
    const auto seen = raised.now();
    raised.raise();
    auto done = asio::co_spawn(context, raised.wait(seen, until), asio::use_future);
    context.run();
    done.get();
    CHECK(std::chrono::steady_clock::now() < until);
}

TEST_CASE("a wait ends at its deadline") {
    events::signal raised;
    asio::io_context context(1);
    const auto until = std::chrono::steady_clock::now() + 10ms;
    auto done = asio::co_spawn(context, raised.wait(raised.now(), until), asio::use_future);
    context.run();
    done.get();
    CHECK(std::chrono::steady_clock::now() >= until);
}
