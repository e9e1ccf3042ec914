#pragma once
// Metrics in Prometheus's text format
// (https://prometheus.io/docs/instrumenting/exposition_formats/). Everything counts where it
// happens, per thread and without locks; it is summed when asked.
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace cleave::telemetry {

struct metric_sample {
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;
};

struct metric {
    enum class type { counter, gauge };
    std::string name;  // "cleave_http_requests_total"
    std::string help;
    type is = type::counter;
    std::vector<metric_sample> samples;
};

std::string to_prometheus_text(const std::vector<metric>& metrics);

}  // namespace cleave::telemetry
