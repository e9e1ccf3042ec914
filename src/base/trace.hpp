#pragma once
// Which request something belongs to, across all processes that have a part in it.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cleave {

// W3C trace context (https://www.w3.org/TR/trace-context/). All zero: no trace.
//
// The trace may have begun outside. The span is the request as it came to the edge, and stays the
// same in every process that works on it: its hex form is the request id that logs and answers
// bear.
//
// What is recorded of it is a tree (telemetry/span.hpp); `within` is the node that what happens
// next belongs below. All zero: this request is not recorded.
struct trace_context {
    std::array<std::uint8_t, 16> trace_id{};
    std::array<std::uint8_t, 8> span_id{};
    std::array<std::uint8_t, 8> within{};
    bool is_recorded() const { return within != std::array<std::uint8_t, 8>{}; }
    bool operator==(const trace_context&) const = default;
    explicit operator bool() const { return *this != trace_context{}; }
};

// A request that comes in as part of `from`, or begins a trace where that is none; not recorded as
// yet. The numbers are
// unique, not secret: a generator a thread, seeded by the operating system's.
trace_context begin_request(const trace_context& from);

// The number of another node of the tree; never zero.
std::array<std::uint8_t, 8> new_span_id();

// The header's value for a request that this one causes; sampled where it is recorded.
std::string to_traceparent(const trace_context& trace);

// All of it, to be kept with what it caused: "<32 hex>-<16 hex>-<16 hex>". What is no such text
// gives no trace.
std::string to_text(const trace_context& trace);
trace_context trace_from_text(std::string_view text);

}  // namespace cleave
