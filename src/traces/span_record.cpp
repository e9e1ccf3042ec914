#include <base/encoding.hpp>
#include <telemetry/recorder.hpp>
#include <traces/span_record.hpp>

namespace cleave::traces {

moment this_moment() {
    using namespace std::chrono;
    return {steady_clock::now(),
            duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count()};
}

span_record to_record(const telemetry::span& from, const std::string& process, moment now) {
    using telemetry::span_kind;
    const auto label = telemetry::label_of(from.name);
    span_record out;
    out.trace = to_hex(from.trace);
    out.request = to_hex(from.request);
    out.id = to_hex(from.id);
    if (from.parent != decltype(from.parent){}) out.parent = to_hex(from.parent);
    out.kind = boost::describe::enum_to_string(from.kind, "");
    out.mode = boost::describe::enum_to_string(from.mode, "");
    out.process = process;
    out.module = label.module;
    out.name = label.name;
    out.begin_unix_ns = now.unix_ns + std::chrono::nanoseconds(from.begin - now.steady).count();
    out.took_ns = from.took.count();
    out.status = from.status;
    const bool batch = from.kind == span_kind::batch;
    if (batch || from.kind == span_kind::delivery || from.kind == span_kind::task)
        out.jobs = from.jobs;
    if (batch) out.waited_us = from.waited_us;
    if (batch) out.commit_us = from.commit_us;
    return out;
}

}  // namespace cleave::traces
