#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <telemetry/metrics.hpp>

namespace cleave::telemetry {

std::string to_prometheus_text(const std::vector<metric>& metrics) {
    std::vector<prometheus::MetricFamily> families;
    for (const auto& m : metrics) {
        prometheus::MetricFamily family;
        family.name = m.name;
        family.help = m.help;
        const bool counts = m.is == metric::type::counter;
        family.type = counts ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
        for (const auto& s : m.samples) {
            prometheus::ClientMetric sample;
            for (const auto& [name, value] : s.labels) sample.label.push_back({name, value});
            (counts ? sample.counter.value : sample.gauge.value) = s.value;
            family.metric.push_back(std::move(sample));
        }
        families.push_back(std::move(family));
    }
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace cleave::telemetry
