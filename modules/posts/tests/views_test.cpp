#include "views.hpp"

#include <base/io_threads.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <latch>
#include <set>
#include <support/fixed_clock.hpp>
#include <support/seeded_random.hpp>

using namespace cleave;
using namespace cleave::test;
using namespace cleave::posts;

namespace {

const http::client_info anne{"203.0.113.7", "Mozilla/5.0 Firefox/130.0", "example.com"};
const http::client_info jake{"203.0.113.8", "Mozilla/5.0 Firefox/130.0", ""};

struct counter_under_test {
    fixed_clock clock;
    seeded_random random;
    view_counter views;
    explicit counter_under_test(std::size_t threads = 1) : views(threads, clock, random) {}

    std::int64_t visitor(const http::client_info& who) {
        views.count(1, who);
        const auto taken = views.take();
        REQUIRE(taken.size() == 1);
        return taken[0].visitor.value();
    }
};

}  // namespace

TEST_CASE("views of every thread are counted, each once") {
    constexpr int per_thread = 10'000;
    counter_under_test t(2);
    io_threads threads(2);
    std::latch done(2);
    for (std::size_t i = 0; i < 2; ++i)
        asio::post(threads.context(i), [&] {
            for (int n = 0; n < per_thread; ++n) t.views.count(n % 2, n % 3 ? anne : jake);
            done.count_down();
        });
    threads.start();
    std::int64_t seen = 0;
    const auto take = [&] {
        const auto taken = t.views.take();
        for (const auto& v : taken) seen += v.views;
    };
    while (!done.try_wait()) take();
    take();
    CHECK(seen == 2 * per_thread);
    CHECK(t.views.take().empty());
}

TEST_CASE("views of one visitor by one way are told as one") {
    counter_under_test t;
    t.views.count(3, anne);
    t.views.count(3, anne);
    t.views.count(3, jake);
    auto taken = t.views.take();
    REQUIRE(taken.size() == 2);
    std::ranges::sort(taken, {}, &article_views::views);
    CHECK(taken[0].views == 1);
    CHECK_FALSE(taken[0].referrer_host);
    CHECK(taken[1].views == 2);
    CHECK(taken[1].referrer_host == "example.com");
    CHECK(taken[0].visitor != taken[1].visitor);
}

TEST_CASE("views given back are taken again") {
    counter_under_test t;
    t.views.count(3, anne);
    const auto taken = t.views.take();
    t.views.count(3, anne);
    t.views.give_back(taken);
    const auto again = t.views.take();
    REQUIRE(again.size() == 1);
    CHECK(again[0].article_id == 3);
    CHECK(again[0].views == 2);
}

TEST_CASE("a visitor is told by address and user agent, for a day") {
    counter_under_test t;
    const auto first = t.visitor(anne);
    CHECK(t.visitor(anne) == first);
    CHECK(t.visitor(jake) != first);
    CHECK(t.visitor({anne.address, "Mozilla/5.0 Safari/605", ""}) != first);
    // Not where one ends and the other begins.
    CHECK(t.visitor({"203.0.113.", "7" + anne.user_agent, ""}) != first);
    t.clock.advance(std::chrono::hours(24));
    t.views.take();
    CHECK(t.visitor(anne) != first);
}

TEST_CASE("each process has a salt of its own") {
    counter_under_test one, other;
    other.random.next_u64();
    view_counter later(1, other.clock, other.random);
    later.count(1, anne);
    CHECK(later.take()[0].visitor != one.visitor(anne));
}

TEST_CASE("crawlers do not count") {
    counter_under_test t;
    for (const char* agent :
         {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
          "Mozilla/5.0 (compatible; bingbot/2.0)", "Mozilla/5.0 (compatible; Yeti/1.1)",
          "curl/8.5.0", "python-requests/2.31", "facebookexternalhit/1.1", "GPTBot",
          "Mozilla/5.0 HeadlessChrome/120", "Slackbot-LinkExpanding 1.0"}) {
        INFO(agent);
        CHECK(is_crawler(agent));
        t.views.count(1, {"203.0.113.7", agent, ""});
        CHECK(t.views.take().empty());
    }
    for (const char* agent :
         {"", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) KAKAOTALK 10.8.0",
          "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"}) {
        INFO(agent);
        CHECK_FALSE(is_crawler(agent));
    }
}

TEST_CASE("a flood of visitors takes bounded memory, and its views still count") {
    counter_under_test t;
    constexpr auto flood = 3 * view_counter::details_max;
    for (std::size_t i = 0; i < flood; ++i)
        t.views.count(1, {std::to_string(i), "Firefox", std::to_string(i) + ".example.com"});
    const auto taken = t.views.take();
    CHECK(taken.size() == view_counter::details_max + 1);
    std::int64_t views = 0;
    std::set<std::int64_t> visitors;
    for (const auto& v : taken) {
        views += v.views;
        if (v.visitor) visitors.insert(*v.visitor);
    }
    CHECK(views == flood);
    CHECK(visitors.size() == view_counter::details_max);
    for (std::int64_t id = 0; id < std::int64_t{flood}; ++id) t.views.count(id, {});
    CHECK(t.views.take().size() == 2 * view_counter::details_max);
}
