#pragma once
// What a comparison found: results.json, as it is; docs/comparing.md says it in words. Whole
// numbers; each metric names its unit.
#include <algorithm>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::compare {

inline constexpr std::int64_t results_schema = 3;

struct machine_facts {
    std::string cpu{};
    std::int64_t cores = 0;
    std::int64_t memory_mib = 0;
    std::string kernel{};
    std::string file_system{};  // of the data directories
    std::string system_cores{};
    std::string generator_cores{};
    bool generator_apart = false;
};
BOOST_DESCRIBE_STRUCT(machine_facts, (),
                      (cpu, cores, memory_mib, kernel, file_system, system_cores, generator_cores,
                       generator_apart))

struct settings_used {
    std::string build{};
    std::string date{};
    std::string effort{};  // "quick", "full"
    std::int64_t seed = 0;
    std::vector<std::int64_t> rates_per_1000_s{};
    std::int64_t repeats = 0;
    std::int64_t warm_up_ms = 0;
    std::int64_t duration_ms = 0;
    std::int64_t flat_out_ms = 0;
    std::int64_t users = 0;
    std::int64_t articles = 0;
    std::int64_t comments = 0;
};
BOOST_DESCRIBE_STRUCT(settings_used, (),
                      (build, date, effort, seed, rates_per_1000_s, repeats, warm_up_ms,
                       duration_ms, flat_out_ms, users, articles, comments))

// unit: "ns", "us", "ms", "kib", "bytes", "per_1000_s", "permille", "per_1000" (a thousandfold
// count) or "count". better: "lower", "higher" or "neither".
struct metric_facts {
    std::string name{};
    std::string label{};
    std::string label_ko{};
    std::string unit{};
    std::string better = "lower";
};
BOOST_DESCRIBE_STRUCT(metric_facts, (), (name, label, label_ko, unit, better))

struct measured {
    std::string metric{};
    std::int64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(measured, (), (metric, value))

struct point {
    std::int64_t x = 0;
    std::int64_t y = 0;
};
BOOST_DESCRIBE_STRUCT(point, (), (x, y))

// A curve: a timeline in ms, or latency (ns) by percentile (in hundred-thousandths).
struct series {
    std::string name{};
    std::string x_unit{};
    std::string y_unit{};
    std::vector<point> points{};
};
BOOST_DESCRIBE_STRUCT(series, (), (name, x_unit, y_unit, points))

// A module's thread that writes its data, by the name that the kernel has of it (15 bytes): this,
// and the module.
inline constexpr std::string_view writer_prefix = "write ";
struct writer_result {
    std::string thread{};
    std::int64_t cpu_us = 0;
};
BOOST_DESCRIBE_STRUCT(writer_result, (), (thread, cpu_us))

struct process_result {
    std::string command{};
    std::int64_t cpu_us = 0;
    std::int64_t pss_kib = 0;
    std::int64_t threads = 0;
    std::int64_t context_switches = 0;
    // What can be told apart by module where several share a process; absent: not looked at.
    std::optional<std::vector<writer_result>> writers{};
};
BOOST_DESCRIBE_STRUCT(process_result, (),
                      (command, cpu_us, pss_kib, threads, context_switches, writers))

// Of one mode in one repeat, one thing that was done with it.
struct record {
    std::string scenario{};
    std::int64_t mode = 0;  // index into the experiment's modes
    std::int64_t repeat = 0;
    std::vector<measured> values{};
    std::vector<series> curves{};
    std::vector<process_result> processes{};
    std::vector<std::string> doubts{};  // why it may say little; a sentence each
    bool valid = true;                  // false: the generator or other programs were the limit
    bool is_disturbed = false;          // wrong answers are what is looked for

    void add(std::string_view metric, std::int64_t value) {
        values.push_back({std::string(metric), value});
    }
    // It says nothing, and why.
    void doubt(std::string why) {
        valid = false;
        doubts.push_back(std::move(why));
    }
    std::optional<std::int64_t> find(std::string_view metric) const {
        const auto found = std::ranges::find(values, metric, &measured::metric);
        return found == values.end() ? std::nullopt : std::optional(found->value);
    }
};
BOOST_DESCRIBE_STRUCT(record, (),
                      (scenario, mode, repeat, values, curves, processes, doubts, valid,
                       is_disturbed))

// One metric of one scenario: a mode against its base.
struct comparison {
    std::string scenario{};
    std::string metric{};
    std::int64_t mode = 0;
    std::int64_t ratio_permille = 0;
    std::optional<std::int64_t> low_permille{};  // 95 %
    std::optional<std::int64_t> high_permille{};
    bool is_significant = false;  // the interval is without 1, and it is more than the noise
};
BOOST_DESCRIBE_STRUCT(comparison, (),
                      (scenario, metric, mode, ratio_permille, low_permille, high_permille,
                       is_significant))

struct experiment_result {
    std::string name{};
    std::vector<std::string> modes{};
    std::vector<std::int64_t> bases{};    // what each mode is compared with; of the first: itself
    std::optional<std::int64_t> again{};  // the mode that is the first one once more: the noise
    std::vector<metric_facts> metrics{};
    std::vector<record> records{};
    std::vector<comparison> comparisons{};
    std::vector<std::string> left_out{};  // what could not be measured here, and why
};
BOOST_DESCRIBE_STRUCT(experiment_result, (),
                      (name, modes, bases, again, metrics, records, comparisons, left_out))

struct results {
    std::int64_t schema = results_schema;
    machine_facts machine{};
    settings_used settings{};
    bool interrupted = false;
    std::vector<experiment_result> experiments{};
};
BOOST_DESCRIBE_STRUCT(results, (), (schema, machine, settings, interrupted, experiments))

}  // namespace cleave::compare
