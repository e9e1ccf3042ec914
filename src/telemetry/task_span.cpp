#include <telemetry/task_span.hpp>

namespace cleave::telemetry {

void task_span::ended(std::uint16_t status, std::size_t jobs) const {
    if (!trace_.is_recorded()) return;
    span out;
    out.trace = trace_.trace_id;
    out.request = out.id = trace_.span_id;
    out.begin = begun_;
    out.took = std::chrono::steady_clock::now() - begun_;
    out.name = name_;
    out.status = status;
    out.kind = span_kind::task;
    out.jobs = static_cast<std::uint32_t>(jobs);
    record(out);
}

}  // namespace cleave::telemetry
