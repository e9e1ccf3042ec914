#include <catch2/catch.hpp>
#include <telemetry/metrics.hpp>
#include <thread>

using namespace cleave::telemetry;
using namespace std::chrono_literals;

TEST_CASE("a duration falls into the first bucket that holds it") {
    latency_histogram h;
    h.add(0ns);
    h.add(50us);
    h.add(50'001ns);
    h.add(10s);
    h.add(11s);
    latencies sum;
    h.add_to(sum);
    CHECK(sum.buckets.front() == 2);
    CHECK(sum.buckets[1] == 1);
    CHECK(sum.buckets[latency_bounds.size() - 1] == 1);
    CHECK(sum.buckets[latency_bounds.size()] == 1);
    CHECK(sum.count() == 5);
    CHECK(sum.sum_ns == 21'000'100'001);
}

TEST_CASE("the buckets rise") {
    for (std::size_t i = 1; i < latency_bounds.size(); ++i)
        CHECK(latency_bounds[i] > latency_bounds[i - 1]);
}

TEST_CASE("what one thread counts another may read at any time") {
    lazy_table<counter, 4> table;
    CHECK(table.find(3) == nullptr);
    std::jthread counting([&table] {
        for (int i = 0; i < 10'000; ++i) table.at(3).add(1);
    });
    std::uint64_t seen = 0;
    while (seen < 10'000) {
        const auto* const found = table.find(3);
        const auto now = found ? found->load() : 0;
        REQUIRE(now >= seen);
        seen = now;
    }
    table.at(99).add(1);  // past the end: the last one
    CHECK(table.find(3)->load() == 10'001);
}

TEST_CASE("metrics are written as Prometheus reads them") {
    latencies two;
    two.buckets[0] = 1;
    two.buckets[latency_bounds.size()] = 1;
    two.sum_ns = 12'500'000'000;
    const auto text = to_prometheus_text(
        {{"cleave_things_total", "Things", metric::type::counter, {{{{"of", "a\"b\n"}}, 3}}},
         {"cleave_wait_seconds", "Waits", metric::type::histogram, {{{{"of", "x"}}, 0, two}}}});
    CHECK(text.find("# TYPE cleave_things_total counter") != text.npos);
    CHECK(text.find("cleave_things_total{of=\"a\\\"b\\n\"} 3") != text.npos);
    CHECK(text.find("cleave_wait_seconds_bucket{of=\"x\",le=\"5e-05\"} 1") != text.npos);
    CHECK(text.find("cleave_wait_seconds_bucket{of=\"x\",le=\"+Inf\"} 2") != text.npos);
    CHECK(text.find("cleave_wait_seconds_count{of=\"x\"} 2") != text.npos);
    CHECK(text.find("cleave_wait_seconds_sum{of=\"x\"} 12.5") != text.npos);
}
