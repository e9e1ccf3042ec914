#include <base/clock.hpp>
#include <base/io_threads.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <events/signal.hpp>
#include <future>

using namespace cleave;
using namespace std::chrono_literals;

TEST_CASE("no wake-up is lost, whatever the moment") {
    constexpr int numbers = 20'000, waiters = 8;
    events::signal raised;
    std::atomic<int> number = 0;
    io_threads threads(2);
    // Each waits until it has seen the last number; one lost wake-up and it waits out the minute.
    const auto until = std::chrono::steady_clock::now() + 60s;
    const auto watch = [&]() -> async<bool> {
        for (;;) {
            const auto seen = raised.now();
            if (number.load() == numbers) co_return true;
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

TEST_CASE("ping and pong: every single raise wakes the one who waits") {
    constexpr int rounds = 2'000;
    events::signal ping, pong;
    std::atomic<int> served = 0, returned = 0;
    io_threads threads(2);
    const auto until = std::chrono::steady_clock::now() + 60s;
    const auto play = [until](events::signal& own, std::atomic<int>& count, events::signal& other,
                              std::atomic<int>& others, bool serves) -> async<bool> {
        for (int round = 1; round <= rounds; ++round) {
            if (serves) {
                ++count;
                own.raise();
            }
            for (;;) {
                const auto seen = other.now();
                if (others.load() >= round) break;
                if (std::chrono::steady_clock::now() >= until) co_return false;
                co_await other.wait(seen, until);
            }
            if (!serves) {
                ++count;
                own.raise();
            }
        }
        co_return true;
    };
    auto first = asio::co_spawn(threads.context(0), play(ping, served, pong, returned, true),
                                asio::use_future);
    auto second = asio::co_spawn(threads.context(1), play(pong, returned, ping, served, false),
                                 asio::use_future);
    threads.start();
    CHECK(first.get());
    CHECK(second.get());
}

TEST_CASE("a wait for what was raised already does not begin") {
    events::signal raised;
    asio::io_context context(1);
    const auto seen = raised.now();
    raised.raise();
    auto done = asio::co_spawn(context, raised.wait(seen, steady_time::max()), asio::use_future);
    context.run();
    done.get();
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
