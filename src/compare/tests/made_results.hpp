#pragma once
// Results that were never measured.
#include <compare/comparison.hpp>
#include <utility>

namespace cleave::compare::test {

inline const metric_facts p50{"p50_ns", "latency p50", "지연 p50", "ns"};
inline const metric_facts wrong{"wrong", "wrong answers", "잘못된 응답", "count"};

inline record record_of(std::int64_t mode, std::int64_t repeat, std::int64_t p50_ns,
                        std::int64_t wrong_answers = 0) {
    record out;
    out.scenario = "500 requests/s";
    out.mode = mode;
    out.repeat = repeat;
    out.add("p50_ns", p50_ns);
    out.add("answers", 1'000);
    out.add("wrong", wrong_answers);
    out.curves = {{"wrong", "ms", "count", {{0, 1}, {100, 0}}}};
    return out;
}

inline experiment_result found_in(std::vector<record> records) {
    experiment_result out;
    out.name = "cost";
    out.modes = {"monolith", "split"};
    out.bases = {0, 0};
    out.metrics = {p50, wrong};
    out.records = std::move(records);
    out.comparisons = compare_modes(out, 1);
    return out;
}

// Three repeats, in each of which the split takes twice as long.
inline experiment_result twice_as_long() {
    return found_in({record_of(0, 0, 200'000), record_of(1, 0, 400'000), record_of(0, 1, 210'000),
                     record_of(1, 1, 419'000), record_of(0, 2, 190'000), record_of(1, 2, 381'000)});
}

inline results whole(experiment_result e) {
    results out;
    out.machine = {"A CPU", 2, 16'384, "Linux 6.1", "ext4", "0", "1", true};
    out.settings.build = "cleave 1.0 (clang 19, release)";
    out.settings.date = "2026-01-02T03:04:05.678Z";
    out.settings.repeats = 3;
    out.experiments.push_back(std::move(e));
    return out;
}

}  // namespace cleave::compare::test
