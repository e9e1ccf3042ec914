#pragma once
// Metrics in Prometheus's text format
// (https://prometheus.io/docs/instrumenting/exposition_formats/). Everything counts where it
// happens, per thread and without locks (counting.hpp); it is summed when asked. All names stand in
// docs/metrics.md.
#include <functional>
#include <string>
#include <telemetry/counting.hpp>
#include <utility>
#include <vector>

namespace cleave::telemetry {

struct metric_sample {
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;
    latencies spread{};  // of a histogram, instead of the value
};

struct metric {
    enum class type { counter, gauge, histogram };
    std::string name;  // "cleave_http_requests_total"; a histogram's ends in _seconds
    std::string help;
    type is = type::counter;
    std::vector<metric_sample> samples{};
};

std::string to_prometheus_text(const std::vector<metric>& metrics);

}  // namespace cleave::telemetry
