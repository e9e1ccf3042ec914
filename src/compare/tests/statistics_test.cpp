#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <compare/load.hpp>
#include <compare/seeded.hpp>
#include <compare/statistics.hpp>
#include <numeric>

using namespace cleave::compare;

namespace {

// Marsaglia's polar method needs a loop; the sum of twelve is normal enough here.
double nearly_normal(seeded& random) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += random.unit();
    return sum;
}

std::vector<double> normal_values(seeded& random, std::size_t count, double mean) {
    std::vector<double> out(count);
    for (auto& value : out) value = mean + nearly_normal(random);
    return out;
}

// How often, in percent, an interval holds the mean it is about.
template <class F>
int coverage(std::size_t count, int trials, F interval_of) {
    seeded random(7);
    int held = 0;
    for (int i = 0; i < trials; ++i)
        held += interval_of(normal_values(random, count, 5.0)).contains(5.0) ? 1 : 0;
    return held * 100 / trials;
}

}  // namespace

TEST_CASE("a percentile is exactly the value of its rank") {
    std::vector<std::int64_t> hundred;
    for (std::int64_t i = 1; i <= 100; ++i) hundred.push_back(i);
    CHECK(percentile(hundred, 0.5) == 50);
    CHECK(percentile(hundred, 0.9) == 90);
    CHECK(percentile(hundred, 0.99) == 99);
    CHECK(percentile(hundred, 0.999) == 100);
    CHECK(percentile(hundred, 1.0) == 100);
    CHECK(percentile(hundred, 0.0) == 1);
    CHECK(percentile(std::vector<std::int64_t>{7}, 0.99) == 7);
    CHECK(percentile(std::vector<std::int64_t>{1, 2, 3}, 0.5) == 2);
    CHECK(percentile({}, 0.5) == 0);
}

TEST_CASE("a seed repeats its numbers, and another has others") {
    seeded a(1), b(1), c(2), other_stream(1, 1);
    const auto first = a.next();
    CHECK(first == b.next());
    CHECK(first != c.next());
    CHECK(first != other_stream.next());
    for (int i = 0; i < 10'000; ++i) {
        const double unit = a.unit();
        REQUIRE(unit > 0);
        REQUIRE(unit <= 1);
    }
}

TEST_CASE("arrivals are a Poisson process of the wanted rate") {
    constexpr double rate = 2'000;
    const auto times = arrivals(42, rate, std::chrono::seconds(50));
    CHECK(times == arrivals(42, rate, std::chrono::seconds(50)));
    CHECK(times != arrivals(43, rate, std::chrono::seconds(50)));
    CHECK(std::ranges::is_sorted(times));
    CHECK(times.back() < std::chrono::seconds(50));
    // 100,000 expected; the standard deviation is its root, 316.
    CHECK(static_cast<double>(times.size()) == Approx(100'000).margin(1'300));

    // Times between arrivals have the mean as their standard deviation, and 1/e of them exceed it:
    // unlike those of a metronome.
    std::vector<double> gaps;
    for (std::size_t i = 1; i < times.size(); ++i)
        gaps.push_back(static_cast<double>((times[i] - times[i - 1]).count()) * rate / 1e9);
    const auto count = static_cast<double>(gaps.size());
    const double mean = std::accumulate(gaps.begin(), gaps.end(), 0.0) / count;
    double squares = 0;
    for (const double gap : gaps) squares += (gap - mean) * (gap - mean);
    CHECK(mean == Approx(1).epsilon(0.02));
    CHECK(std::sqrt(squares / count) == Approx(1).epsilon(0.03));
    const auto longer = std::ranges::count_if(gaps, [](double gap) { return gap > 1; });
    CHECK(static_cast<double>(longer) / count == Approx(std::exp(-1)).margin(0.01));
}

TEST_CASE("the bootstrap's interval is the one that theory knows") {
    seeded random(3);
    const auto values = normal_values(random, 400, 10);
    const auto found = bootstrap_interval(values, 1);
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / 400;
    // 1.96 standard errors of 1/20 either way.
    CHECK(found.low == Approx(mean - 0.098).margin(0.015));
    CHECK(found.high == Approx(mean + 0.098).margin(0.015));
    const auto again = bootstrap_interval(values, 1);
    CHECK(found.low == again.low);
    CHECK(found.high == again.high);
}

TEST_CASE("Student's interval is the one in the book") {
    // Mean 2, standard deviation 1, t(2) = 4.303.
    const auto found = student_interval(std::vector<double>{1, 2, 3});
    CHECK(found.low == Approx(2 - 4.303 / std::sqrt(3)));
    CHECK(found.high == Approx(2 + 4.303 / std::sqrt(3)));
}

TEST_CASE("intervals hold the truth about as often as they say") {
    for (const std::size_t count : {2, 3, 4, 9, 12})
        CHECK(std::abs(coverage(count, 400, student_interval) - 95) <= 3);
    const auto bootstrap = [](const auto& values) { return bootstrap_interval(values, 9); };
    CHECK(std::abs(coverage(30, 100, bootstrap) - 94) <= 5);
    // Why it is not used for a few: far from the 95 % it claims.
    CHECK(coverage(3, 100, bootstrap) < 85);
}

TEST_CASE("a ratio is of pairs, and says when it cannot tell") {
    // Repeats differ by a factor of ten, modes by exactly two: pairing finds that.
    const std::vector<double> base{10, 100, 20, 50}, twice{20, 200, 40, 100};
    const auto clear = ratio_of(base, twice, 1);
    CHECK(clear.value == Approx(2));
    CHECK(clear.is_significant());
    CHECK(to_text(clear) == "2.00 (2.00 to 2.00)");

    const auto none = ratio_of(base, std::vector<double>{11, 90, 21, 49}, 1);
    CHECK_FALSE(none.is_significant());
    CHECK(to_text(none) == "no significant difference");

    const auto one = ratio_of(std::vector<double>{1}, std::vector<double>{3}, 1);
    CHECK_FALSE(one.is_significant());
    CHECK(to_text(one) == "3.00 (one repeat)");
    CHECK_FALSE(ratio_of({}, {}, 1).is_significant());
}

TEST_CASE("with ten pairs and more, a ratio's interval is the bootstrap's") {
    seeded random(11);
    std::vector<double> base, other;
    for (int i = 0; i < 12; ++i) {
        base.push_back(std::exp(0.1 * nearly_normal(random)));
        other.push_back(1.3 * std::exp(0.1 * nearly_normal(random)));
    }
    const auto found = ratio_of(base, other, 5);
    CHECK(found.value == Approx(1.3).epsilon(0.1));
    CHECK(found.is_significant());
    std::vector<double> logs;
    for (std::size_t i = 0; i < base.size(); ++i) logs.push_back(std::log(other[i] / base[i]));
    CHECK(found.range->low == Approx(std::exp(bootstrap_interval(logs, 5).low)));
}

TEST_CASE("the ratio of geometric means is the geometric mean of ratios") {
    const std::vector<double> a{1, 10, 100}, b{2, 30, 150};
    CHECK(geometric_mean(a) == Approx(10));
    CHECK(geometric_mean(b) / geometric_mean(a) == Approx(ratio_of(a, b, 1).value));
}
