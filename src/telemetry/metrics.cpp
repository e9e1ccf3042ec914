#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <telemetry/metrics.hpp>

namespace cleave::telemetry {

namespace {

constexpr double ns_a_second = 1e9;

prometheus::MetricType native(metric::type is) {
    switch (is) {
        case metric::type::counter: return prometheus::MetricType::Counter;
        case metric::type::gauge: return prometheus::MetricType::Gauge;
        case metric::type::histogram: return prometheus::MetricType::Histogram;
    }
    return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric::Histogram to_histogram(const latencies& from) {
    prometheus::ClientMetric::Histogram out;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < from.buckets.size(); ++i) {
        below += from.buckets[i];
        const double bound = i < latency_bounds.size()
                                 ? std::chrono::duration<double>(latency_bounds[i]).count()
                                 : std::numeric_limits<double>::infinity();
        out.bucket.push_back({below, bound});
    }
    out.sample_count = below;
    out.sample_sum = static_cast<double>(from.sum_ns) / ns_a_second;
    return out;
}

}  // namespace

std::string to_prometheus_text(const std::vector<metric>& metrics) {
    std::vector<prometheus::MetricFamily> families;
    for (const auto& m : metrics) {
        prometheus::MetricFamily family;
        family.name = m.name;
        family.help = m.help;
        family.type = native(m.is);
        for (const auto& s : m.samples) {
            prometheus::ClientMetric sample;
            for (const auto& [name, value] : s.labels) sample.label.push_back({name, value});
            switch (m.is) {
                case metric::type::counter: sample.counter.value = s.value; break;
                case metric::type::gauge: sample.gauge.value = s.value; break;
                case metric::type::histogram: sample.histogram = to_histogram(s.spread); break;
            }
            family.metric.push_back(std::move(sample));
        }
        families.push_back(std::move(family));
    }
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace cleave::telemetry
