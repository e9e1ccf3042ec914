#pragma once
// Spans as other systems read them.
#include <traces/span_record.hpp>

namespace cleave::traces {

// A JSON array of Zipkin's spans, version 2 (https://zipkin.io/zipkin-api/): POST /api/v2/spans.
std::string to_zipkin(const std::vector<span_record>& spans);

// An OTLP ExportTraceServiceRequest in JSON (https://opentelemetry.io/docs/specs/otlp/): POST
// /v1/traces. A resource a process.
std::string to_otlp(const std::vector<span_record>& spans);

}  // namespace cleave::traces
