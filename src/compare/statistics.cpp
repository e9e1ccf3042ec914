#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare/seeded.hpp>
#include <compare/statistics.hpp>
#include <limits>
#include <numeric>
#include <vector>

namespace cleave::compare {

namespace {

constexpr int resamples = 10'000;

// Two-sided 95 %, by degrees of freedom from 1; 1.96 in the limit, approached as 1.96 + 2.4 / df.
constexpr double student_t[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262};

double mean_of(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double logarithm(double value) {
    return std::log(std::max(value, std::numeric_limits<double>::min()));
}

std::vector<double> logarithms_of_ratios(std::span<const double> base,
                                         std::span<const double> other) {
    std::vector<double> out(std::min(base.size(), other.size()));
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = logarithm(other[i]) - logarithm(base[i]);
    return out;
}

}  // namespace

std::int64_t percentile(std::span<const std::int64_t> sorted, double q) {
    if (sorted.empty()) return 0;
    // 0.99 * 100 is 99.00000000000001 in a double, and would be rank 100.
    const double exact = q * static_cast<double>(sorted.size());
    const auto rank = static_cast<std::size_t>(std::ceil(exact - 1e-9 * exact));
    return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

double geometric_mean(std::span<const double> values) {
    if (values.empty()) return 0;
    double sum = 0;
    for (const double value : values) sum += logarithm(value);
    return std::exp(sum / static_cast<double>(values.size()));
}

interval bootstrap_interval(std::span<const double> values, std::uint64_t seed) {
    seeded random(seed);
    std::vector<double> means(resamples);
    for (auto& mean : means) {
        double sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i) sum += values[random.below(values.size())];
        mean = sum / static_cast<double>(values.size());
    }
    std::ranges::sort(means);
    constexpr auto tail = static_cast<std::size_t>(resamples * 0.025);
    return {means[tail], means[resamples - 1 - tail]};
}

interval student_interval(std::span<const double> values) {
    const double mean = mean_of(values), count = static_cast<double>(values.size());
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const std::size_t freedom = values.size() - 1;
    const double t = freedom <= std::size(student_t) ? student_t[freedom - 1]
                                                     : 1.96 + 2.4 / static_cast<double>(freedom);
    const double half = t * std::sqrt(squares / static_cast<double>(freedom) / count);
    return {mean - half, mean + half};
}

ratio ratio_of(std::span<const double> base, std::span<const double> other, std::uint64_t seed) {
    const auto logs = logarithms_of_ratios(base, other);
    if (logs.empty()) return {};
    ratio out{std::exp(mean_of(logs))};
    if (logs.size() < 2) return out;
    const interval found =
        logs.size() < bootstrap_pairs_min ? student_interval(logs) : bootstrap_interval(logs, seed);
    out.range = interval{std::exp(found.low), std::exp(found.high)};
    return out;
}

std::string to_text(const ratio& r) {
    if (!r.range) return fmt::format("{:.2f} (one repeat)", r.value);
    if (!r.is_significant()) return "no significant difference";
    return fmt::format("{:.2f} ({:.2f} to {:.2f})", r.value, r.range->low, r.range->high);
}

}  // namespace cleave::compare
