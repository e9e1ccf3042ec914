#pragma once
// What most experiments report, and under which names.
#include <compare/load.hpp>
#include <compare/results.hpp>
#include <initializer_list>
#include <span>

namespace cleave::compare {

std::int64_t thousandfold(double value);
std::int64_t to_ms(nanoseconds time);

// What was answered, latencies, and doubts about the generator.
void add_open_loop(record& out, const load_result& load);
// The same without latencies, which a closed loop does not tell.
void add_closed_loop(record& out, const load_result& load);

// How doubts begin that are the machine's, and not what was measured; whether one of them is why a
// record says nothing.
inline constexpr std::string_view generator_was_slow = "the load generator could not keep up";
inline constexpr std::string_view others_were_busy = "other programs used";
bool is_spoilt(const record& r);

// Latencies, if there are any, of the right answers and of those that timed out; names: p50_ns,
// p90_ns, p99_ns, p999_ns, max_ns.
void add_latencies(record& out, std::span<const std::int64_t> sorted_ns);
// What these values are, and those that a trial adds.
std::vector<metric_facts> latency_facts();
std::vector<metric_facts> answer_facts();    // goodput, wrong answers
std::vector<metric_facts> resource_facts();  // CPU, context switches, bytes, memory
std::vector<metric_facts> together(std::initializer_list<std::vector<metric_facts>> all);

// By 100 ms of when they were meant to be sent: right and wrong answers, a curve each.
void add_timeline(record& out, const load_result& load);

}  // namespace cleave::compare
