#pragma once
// Exact percentiles, and ratios that say how sure they are.
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace cleave::compare {

// By nearest rank: the smallest value that at least the share `q` of all values does not exceed.
// 0 where there are none.
std::int64_t percentile(std::span<const std::int64_t> sorted, double q);

// Of positive values; what is 0 or less counts as the smallest positive number.
double geometric_mean(std::span<const double> values);

struct interval {
    double low = 0;
    double high = 0;
    bool contains(double value) const { return low <= value && value <= high; }
};

// The mean's 95 % interval by the percentile bootstrap: resampled with replacement, 10,000 times.
// Efron, "Bootstrap methods: another look at the jackknife", 1979.
interval bootstrap_interval(std::span<const double> values, std::uint64_t seed);

// The mean's 95 % interval by Student's t, for 2 and more values.
interval student_interval(std::span<const double> values);

struct ratio {
    double value = 1;                 // of the geometric means
    std::optional<interval> range{};  // 95 %; one pair tells nothing about its uncertainty

    bool is_significant() const { return range && !range->contains(1.0); }
};

// other / base. The i-th of both were measured side by side, so it is the pairs that are
// resampled: what slowed a whole repeat cancels out.
//
// With few pairs the bootstrap's interval is far too narrow (of two pairs, it is just the two);
// below bootstrap_pairs_min it is Student's, on the logarithms. Hesterberg, "What teachers should
// know about the bootstrap", 2015, section 4.
inline constexpr std::size_t bootstrap_pairs_min = 10;
ratio ratio_of(std::span<const double> base, std::span<const double> other, std::uint64_t seed);

// "2.65 (2.58 to 2.71)", "no significant difference" or, of one pair, "2.65 (one repeat)".
std::string to_text(const ratio& r);

}  // namespace cleave::compare
