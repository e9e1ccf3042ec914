#pragma once
// Where the spans of this process are kept: a ring a thread, and beside them the slowest requests
// of the last minutes, so that a flood of quick ones does not wash them away.
//
// Recording costs no lock and no allocation; a thread's ring is made when it first records. Whether
// a request is recorded is decided once, at the edge, by its trace's number, and travels with it.
#include <base/trace.hpp>
#include <string>
#include <string_view>
#include <telemetry/span.hpp>
#include <vector>

namespace cleave::telemetry {

struct recording {
    std::uint64_t one_in = 1;  // of so many requests one is recorded; 0: none
    std::size_t spans_per_thread = 4'096;
};

// Before the threads start.
void configure_recording(const recording& how);

// At the edge: decides whether the new request is recorded. `from` is what it came in with. A
// stranger may say that he does not want it; what he wants does not make it more often.
void begin_recording(trace_context& request, const trace_context& from);

// By the thread that it happened on. Not for a trace that is not recorded.
void record(const span& what);
// The same for the root of what happened here (request, serve): it may be one of the slowest.
void record_root(const span& what);

// What `name` in `module` is known by from now on. A lock and a search: what is hot asks once.
// Above 4,096 names all are one, "…".
std::uint32_t span_name(std::string_view module, std::string_view name);
struct span_label {
    std::string module, name;
};
span_label label_of(std::uint32_t name);

// A span below the current one of a trace that is recorded; it becomes the current one.
span begin_span(trace_context& within, span_kind kind, std::uint32_t name, span_mode mode);

// Copied from all rings, and from what was kept. At most `spans_max`.
inline constexpr std::size_t spans_max = 2'000;
std::vector<span> spans_of_trace(const std::array<std::uint8_t, 16>& trace);
std::vector<span> spans_of_request(const std::array<std::uint8_t, 8>& request);
// Roots at the edge: the latest, the latest first, or the slowest, the slowest first.
std::vector<span> last_requests(std::size_t count);
std::vector<span> slowest_requests(std::size_t count);
// The same of what no request has caused (telemetry/task_span.hpp): the latest.
std::vector<span> last_tasks(std::size_t count);

struct recorder_counters {
    std::uint64_t recorded = 0, overwritten = 0;
};
recorder_counters count_spans();

}  // namespace cleave::telemetry
