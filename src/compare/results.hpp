#pragma once
// What a comparison found: results.json, as it is. Whole numbers, with the unit in the name.
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cleave::compare {

inline constexpr std::int64_t results_schema = 1;

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
    std::int64_t seed = 0;
    std::int64_t rate_per_1000_s = 0;
    std::int64_t repeats = 0;
    std::int64_t warm_up_s = 0;
    std::int64_t duration_s = 0;
    std::int64_t flat_out_s = 0;
    std::int64_t open_loop_connections = 0;
    std::int64_t flat_out_connections = 0;
    std::int64_t users = 0;
    std::int64_t articles = 0;
    std::int64_t comments = 0;
};
BOOST_DESCRIBE_STRUCT(settings_used, (),
                      (build, date, seed, rate_per_1000_s, repeats, warm_up_s, duration_s,
                       flat_out_s, open_loop_connections, flat_out_connections, users, articles,
                       comments))

struct answers {
    std::int64_t right = 0;
    std::int64_t wrong_status = 0;
    std::int64_t wrong_content = 0;
    std::int64_t timed_out = 0;
    std::int64_t connection_lost = 0;
    std::int64_t malformed = 0;

    std::int64_t wrong() const {
        return wrong_status + wrong_content + timed_out + connection_lost + malformed;
    }
};
BOOST_DESCRIBE_STRUCT(answers, (),
                      (right, wrong_status, wrong_content, timed_out, connection_lost, malformed))

// From the intended time of sending to the last byte of the answer.
struct latency {
    std::int64_t p50_ns = 0;
    std::int64_t p90_ns = 0;
    std::int64_t p99_ns = 0;
    std::int64_t p999_ns = 0;
    std::int64_t max_ns = 0;
};
BOOST_DESCRIBE_STRUCT(latency, (), (p50_ns, p90_ns, p99_ns, p999_ns, max_ns))

struct kind_result {
    std::string kind{};
    std::int64_t requests = 0;
    latency from_intended{};
};
BOOST_DESCRIBE_STRUCT(kind_result, (), (kind, requests, from_intended))

struct process_result {
    std::string command{};
    std::int64_t cpu_us = 0;
    std::int64_t pss_kib = 0;
    std::int64_t threads = 0;
};
BOOST_DESCRIBE_STRUCT(process_result, (), (command, cpu_us, pss_kib, threads))

struct generator_result {
    std::int64_t busy_permille = 0;
    std::int64_t lateness_p50_ns = 0;
    std::int64_t lateness_p99_ns = 0;
    bool was_bottleneck = false;
};
BOOST_DESCRIBE_STRUCT(generator_result, (),
                      (busy_permille, lateness_p50_ns, lateness_p99_ns, was_bottleneck))

// At a fixed rate.
struct open_loop_result {
    answers answered{};
    std::int64_t goodput_per_1000_s = 0;
    latency from_intended{};
    std::vector<kind_result> kinds{};
    std::int64_t cpu_us = 0;   // of all processes, those that ended included
    std::int64_t pss_kib = 0;  // of all processes, at the end
    std::vector<process_result> processes{};
    std::int64_t foreign_cpu_permille = 0;  // of the system's cores, used by other programs
    bool processes_changed = false;         // one ended, or was started, meanwhile
    generator_result generator{};
};
BOOST_DESCRIBE_STRUCT(open_loop_result, (),
                      (answered, goodput_per_1000_s, from_intended, kinds, cpu_us, pss_kib,
                       processes, foreign_cpu_permille, processes_changed, generator))

// Each connection asks as soon as it is answered.
struct flat_out_result {
    answers answered{};
    std::int64_t goodput_per_1000_s = 0;
    std::int64_t cpu_us = 0;
    std::int64_t foreign_cpu_permille = 0;
    generator_result generator{};
};
BOOST_DESCRIBE_STRUCT(flat_out_result, (),
                      (answered, goodput_per_1000_s, cpu_us, foreign_cpu_permille, generator))

struct run_result {
    std::int64_t mode = 0;  // index into results.modes
    std::int64_t repeat = 0;
    std::int64_t start_up_ms = 0;
    std::int64_t set_up_ms = 0;
    bool stopped_in_good_order = false;
    open_loop_result open_loop{};
    std::optional<flat_out_result> flat_out{};
};
BOOST_DESCRIBE_STRUCT(run_result, (),
                      (mode, repeat, start_up_ms, set_up_ms, stopped_in_good_order, open_loop,
                       flat_out))

// Of one metric: a mode against the first one.
struct ratio_result {
    std::string metric{};
    std::int64_t mode = 0;
    std::int64_t ratio_permille = 0;
    std::optional<std::int64_t> low_permille{};  // 95 %
    std::optional<std::int64_t> high_permille{};
    bool is_significant = false;
};
BOOST_DESCRIBE_STRUCT(ratio_result, (),
                      (metric, mode, ratio_permille, low_permille, high_permille, is_significant))

struct results {
    std::int64_t schema = results_schema;
    machine_facts machine{};
    settings_used settings{};
    std::vector<std::string> modes{};
    bool interrupted = false;
    std::vector<run_result> runs{};
    std::vector<ratio_result> ratios{};
};
BOOST_DESCRIBE_STRUCT(results, (), (schema, machine, settings, modes, interrupted, runs, ratios))

}  // namespace cleave::compare
