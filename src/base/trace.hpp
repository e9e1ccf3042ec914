#pragma once
// Which request something belongs to, across all processes that have a part in it.
#include <array>
#include <cstdint>
#include <string>

namespace cleave {

// W3C trace context (https://www.w3.org/TR/trace-context/). All zero: no trace.
//
// The trace may have begun outside. The span is the request as it came to the edge, and stays the
// same in every process that works on it: its hex form is the request id that logs and answers
// bear.
struct trace_context {
    std::array<std::uint8_t, 16> trace_id{};
    std::array<std::uint8_t, 8> span_id{};
    bool operator==(const trace_context&) const = default;
    explicit operator bool() const { return *this != trace_context{}; }
};

// A request that comes in as part of `from`, or begins a trace where that is none. The numbers are
// unique, not secret: a generator a thread, seeded by the operating system's.
trace_context begin_request(const trace_context& from);

// The header's value for a request that this one causes, sampled.
std::string to_traceparent(const trace_context& trace);

}  // namespace cleave
