#pragma once
// Work that no request has caused, such as a timer's: it begins a trace of its own.
//
//     telemetry::task_span task(telemetry::span_name("posts", "publish views"));
//     context.trace = task.trace();
//     …
//     task.ended(200);
#include <telemetry/recorder.hpp>

namespace cleave::telemetry {

class task_span {
public:
    // Recorded as often as requests are (trace.one_in).
    explicit task_span(std::uint32_t name) : begun_(std::chrono::steady_clock::now()), name_(name) {
        trace_ = begin_request({});
        begin_recording(trace_, {});
    }

    // For what is done: its spans belong below.
    const trace_context& trace() const { return trace_; }

    // With a status as HTTP has it. Without this call nothing is recorded of it: there was nothing
    // to do. `jobs`: how many things it has seen to.
    void ended(std::uint16_t status, std::size_t jobs = 1) const;

private:
    steady_time begun_;
    trace_context trace_;
    std::uint32_t name_;
};

}  // namespace cleave::telemetry
