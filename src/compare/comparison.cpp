#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare/comparison.hpp>
#include <compare/korean.hpp>
#include <compare/statistics.hpp>
#include <map>

namespace cleave::compare {

namespace {

// Of an experiment's metrics the ones that a sentence is made of.
constexpr std::string_view headlines[] = {"p50_ns",
                                          "p99_ns",
                                          "cpu_ns_per_request",
                                          "pss_kib",
                                          "goodput_per_1000_s",
                                          "error_ms",
                                          "failed_permille",
                                          "took_ms",
                                          "lag_p50_ns",
                                          "available_permille",
                                          "processes",
                                          "ports",
                                          "metric_series"};

// And of those, what many modes are told apart by.
constexpr std::string_view of_many_modes[] = {"p50_ns",
                                              "p99_ns",
                                              "cpu_ns_per_request",
                                              "pss_kib",
                                              "pss_of_one_kib",
                                              "lag_p50_ns",
                                              "available_permille",
                                              "failed_permille",
                                              "error_ms",
                                              "goodput_per_1000_s"};

// Three digits that count.
std::string number(double value) {
    const double size = std::abs(value);
    return size >= 100 || size == 0 ? fmt::format("{:.0f}", value)
           : size >= 10             ? fmt::format("{:.1f}", value)
           : size >= 1              ? fmt::format("{:.2f}", value)
                                    : fmt::format("{:.3f}", value);
}

std::string grouped(std::int64_t value) {
    std::string out = std::to_string(value);
    for (auto at = static_cast<std::ptrdiff_t>(out.size()) - 3; at > 0; at -= 3)
        out.insert(static_cast<std::size_t>(at), ",");
    return out;
}

// By repeat, of valid records.
std::map<std::int64_t, double> by_repeat(const experiment_result& of, std::string_view scenario,
                                         std::string_view metric, std::int64_t mode) {
    std::map<std::int64_t, double> out;
    for (const auto& r : of.records) {
        if (r.scenario != scenario || r.mode != mode || !r.valid) continue;
        if (const auto value = r.find(metric)) out[r.repeat] = static_cast<double>(*value);
    }
    return out;
}

// A difference too small to be seen, however sure: of what hardly varies, such as goodput at a
// rate.
bool is_shown_as_one(std::int64_t ratio_permille) {
    return ratio_permille >= 995 && ratio_permille < 1'005;
}

std::optional<comparison> compare_one(const experiment_result& of, const std::string& scenario,
                                      const metric_facts& metric, std::int64_t mode,
                                      std::uint64_t seed) {
    const auto base =
        by_repeat(of, scenario, metric.name,
                  static_cast<std::int64_t>(base_of(of, static_cast<std::size_t>(mode))));
    const auto other = by_repeat(of, scenario, metric.name, mode);
    std::vector<double> a, b;
    for (const auto& [repeat, value] : base) {
        const auto found = other.find(repeat);
        if (found == other.end()) continue;
        if (value <= 0 || found->second <= 0) return std::nullopt;
        a.push_back(value);
        b.push_back(found->second);
    }
    if (a.empty()) return std::nullopt;
    const auto permille = [](double value) { return std::llround(value * 1'000); };
    const ratio r = ratio_of(a, b, seed);
    comparison out{scenario, metric.name, mode, permille(r.value), {}, {}, false};
    out.is_significant = r.is_significant() && !is_shown_as_one(out.ratio_permille);
    if (r.range) {
        out.low_permille = permille(r.range->low);
        out.high_permille = permille(r.range->high);
    }
    return out;
}

// What is said of a mode in a scenario.
std::optional<verdict> verdict_on(const experiment_result& of, const std::string& scenario,
                                  std::size_t mode) {
    std::vector<std::string> differs, differs_ko, alike, alike_ko;
    for (const auto name : headlines) {
        const auto* const c = find_comparison(of, scenario, name, static_cast<std::int64_t>(mode));
        const auto facts = std::ranges::find(of.metrics, name, &metric_facts::name);
        if (c == nullptr || facts == of.metrics.end()) continue;
        if (!c->low_permille) continue;  // of one repeat
        if (c->is_significant) {
            const auto times = static_cast<double>(c->ratio_permille) / 1e3;
            differs.push_back(fmt::format("{} {:.2f} times", facts->label, times));
            differs_ko.push_back(fmt::format("{} {:.2f}배", facts->label_ko, times));
        } else {
            alike.push_back(facts->label);
            alike_ko.push_back(facts->label_ko);
        }
    }
    if (differs.empty() && alike.empty()) return std::nullopt;
    const auto& base = of.modes[base_of(of, mode)];
    verdict out{
        fmt::format("{}, {} beside {}: ", scenario, of.modes[mode], base),
        fmt::format("{}, {} (기준: {}): ", korean(scenario), korean(of.modes[mode]), korean(base))};
    if (differs.empty()) {
        out.en += "no significant difference.";
        out.ko += "유의미한 차이 없음.";
    } else {
        out.en += fmt::to_string(fmt::join(differs, ", "));
        out.ko += fmt::to_string(fmt::join(differs_ko, ", "));
        if (!alike.empty()) {
            out.en += fmt::format("; no significant difference in {}", fmt::join(alike, ", "));
            out.ko += fmt::format("; 유의미한 차이 없음: {}", fmt::join(alike_ko, ", "));
        }
        out.en += '.';
        out.ko += '.';
    }
    return out;
}

double distance(const comparison& c) {
    return std::abs(
        std::log(static_cast<double>(std::max<std::int64_t>(c.ratio_permille, 1)) / 1e3));
}

void respect_noise(const experiment_result& of, std::vector<comparison>& all) {
    if (!of.again) return;
    for (auto& c : all) {
        if (c.mode == *of.again) continue;
        const auto noise = std::ranges::find_if(all, [&](const comparison& n) {
            return n.mode == *of.again && n.metric == c.metric && n.scenario == c.scenario;
        });
        if (noise != all.end() && distance(c) <= distance(*noise)) c.is_significant = false;
    }
}

}  // namespace

std::size_t base_of(const experiment_result& of, std::size_t mode) {
    return static_cast<std::size_t>(of.bases[mode]);
}

std::vector<metric_facts> main_metrics(const experiment_result& of, const std::string& scenario) {
    std::vector<metric_facts> out;
    for (const auto name : of_many_modes) {
        const auto metric = std::ranges::find(of.metrics, name, &metric_facts::name);
        const bool has = std::ranges::any_of(of.records, [&](const record& r) {
            return r.valid && r.scenario == scenario && r.find(name);
        });
        if (has && metric != of.metrics.end()) out.push_back(*metric);
    }
    return out;
}

bool has_any(const experiment_result& of, const std::string& scenario, std::size_t mode) {
    return std::ranges::any_of(of.records, [&](const record& r) {
        return r.valid && r.scenario == scenario && r.mode == static_cast<std::int64_t>(mode);
    });
}

std::vector<std::string> scenarios_of(const experiment_result& of) {
    std::vector<std::string> out;
    for (const auto& r : of.records)
        if (std::ranges::find(out, r.scenario) == out.end()) out.push_back(r.scenario);
    return out;
}

std::vector<double> values_of(const experiment_result& of, std::string_view scenario,
                              std::string_view metric, std::int64_t mode) {
    std::vector<double> out;
    for (const auto& [repeat, value] : by_repeat(of, scenario, metric, mode)) out.push_back(value);
    return out;
}

std::vector<comparison> compare_modes(const experiment_result& of, std::uint64_t seed) {
    std::vector<comparison> out;
    for (const auto& scenario : scenarios_of(of))
        for (const auto& metric : of.metrics) {
            if (metric.better == "neither") continue;
            for (std::size_t mode = 1; mode < of.modes.size(); ++mode)
                if (auto one =
                        compare_one(of, scenario, metric, static_cast<std::int64_t>(mode), seed))
                    out.push_back(std::move(*one));
        }
    respect_noise(of, out);
    return out;
}

const comparison* find_comparison(const experiment_result& of, std::string_view scenario,
                                  std::string_view metric, std::int64_t mode) {
    for (const auto& c : of.comparisons)
        if (c.scenario == scenario && c.metric == metric && c.mode == mode) return &c;
    return nullptr;
}

std::string to_text(const comparison& c) {
    const auto shown = [](std::int64_t permille) {
        return fmt::format("{:.2f}", static_cast<double>(permille) / 1e3);
    };
    if (!c.low_permille) return fmt::format("{} (one repeat)", shown(c.ratio_permille));
    if (!c.is_significant) return std::string(no_difference);
    return fmt::format("{} ({} to {})", shown(c.ratio_permille), shown(*c.low_permille),
                       shown(*c.high_permille));
}

double typical(const std::vector<double>& values) {
    if (values.empty()) return 0;
    if (std::ranges::all_of(values, [](double v) { return v > 0; })) return geometric_mean(values);
    double sum = 0;
    for (const double v : values) sum += v;
    return sum / static_cast<double>(values.size());
}

std::string to_text(double value, std::string_view unit) {
    if (unit == "ns") {
        const bool is_long = std::abs(value) >= 1e9;
        return is_long                  ? number(value / 1e9) + " s"
               : std::abs(value) >= 1e5 ? number(value / 1e6) + " ms"
                                        : number(value / 1e3) + " us";
    }
    if (unit == "ms")
        return std::abs(value) >= 1e4 ? number(value / 1e3) + " s"
                                      : fmt::format("{:.0f} ms", value);
    if (unit == "us") return number(value / 1e3) + " ms";
    if (unit == "kib") return number(value / 1024) + " MiB";
    if (unit == "bytes") return grouped(std::llround(value)) + " B";
    if (unit == "per_1000_s") return grouped(std::llround(value / 1e3)) + "/s";
    if (unit == "per_1000") return number(value / 1e3);
    if (unit == "permille") return number(value / 10) + " %";
    const bool is_whole = std::abs(value - std::round(value)) <= 1e-6 * std::abs(value);
    return is_whole ? grouped(std::llround(value)) : fmt::format("{:.1f}", value);
}

bool is_headline(std::string_view metric) {
    return std::ranges::find(headlines, metric) != std::end(headlines);
}

std::vector<verdict> verdicts_of(const experiment_result& of) {
    std::vector<verdict> out;
    for (const auto& scenario : scenarios_of(of))
        for (std::size_t mode = 1; mode < of.modes.size(); ++mode) {
            if (of.again == static_cast<std::int64_t>(mode)) continue;
            if (auto one = verdict_on(of, scenario, mode)) out.push_back(std::move(*one));
        }
    if (out.empty() && !of.comparisons.empty())
        out.push_back({"One repeat cannot tell a difference from chance.",
                       "한 번 재어서는 차이와 우연을 가를 수 없음."});
    if (of.name == "extract")
        if (auto order = which_first(of)) out.push_back(std::move(*order));
    return out;
}

}  // namespace cleave::compare
