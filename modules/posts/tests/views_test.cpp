#include "views.hpp"

#include <base/io_threads.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <latch>

using namespace cleave;
using namespace cleave::posts;

TEST_CASE("views of every thread are counted, each once") {
    constexpr int per_thread = 10'000;
    view_counter views(2);
    io_threads threads(2);
    std::latch done(2);
    for (std::size_t i = 0; i < 2; ++i)
        asio::post(threads.context(i), [&] {
            for (int n = 0; n < per_thread; ++n) views.count(n % 2);
            done.count_down();
        });
    threads.start();
    std::int64_t seen = 0;
    const auto take = [&] {
        const auto taken = views.take();
        for (const auto& v : taken) seen += v.views;
    };
    while (!done.try_wait()) take();
    take();
    CHECK(seen == 2 * per_thread);
    CHECK(views.take().empty());
}

TEST_CASE("views given back are taken again") {
    view_counter views(1);
    views.count(3);
    const auto taken = views.take();
    views.count(3);
    views.give_back(taken);
    const auto again = views.take();
    REQUIRE(again.size() == 1);
    CHECK(again[0].article_id == 3);
    CHECK(again[0].views == 2);
}
