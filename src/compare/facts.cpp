#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare/facts.hpp>
#include <compare/statistics.hpp>

namespace cleave::compare {

namespace {

void add_answers(record& out, const load_result& load) {
    const auto counts = load.outcomes();
    std::int64_t all = 0;
    for (const auto count : counts) all += count;
    out.add("goodput_per_1000_s", thousandfold(load.goodput_per_s()));
    out.add("answers", all);
    out.add("wrong", all - counts[0]);
}

void add_generator(record& out, const load_result& load, bool open) {
    const auto& g = load.generator;
    out.add("generator_busy_permille", thousandfold(g.busy_share));
    out.add("generator_late_p50_ns", g.lateness_p50_ns);
    const auto late_ms = static_cast<double>(g.lateness_p99_ns) / 1e6;
    // A closed loop that leaves the generator no rest shows what the generator can do.
    if (open ? g.was_bottleneck() : g.busy_share > 0.9) {
        out.doubt(fmt::format("{}: busy {:.0f} %, late by {:.2f} ms (p99)", generator_was_slow,
                              g.busy_share * 100, late_ms));
    } else if (open && late_ms > 1) {
        std::erase_if(out.values, [](const measured& v) {
            return v.metric == "p99_ns" || v.metric == "p999_ns" || v.metric == "max_ns";
        });
        out.doubts.push_back(
            fmt::format("p99 and above are left out: the machine kept the load "
                        "generator waiting, {:.2f} ms (p99)",
                        late_ms));
    }
}

}  // namespace

void add_open_loop(record& out, const load_result& load) {
    add_answers(out, load);
    add_latencies(out, load.sorted_latencies_ns());
    add_generator(out, load, true);
}

void add_closed_loop(record& out, const load_result& load) {
    add_answers(out, load);
    add_generator(out, load, false);
}

bool is_spoilt(const record& r) {
    const auto is_the_machines = [](std::string_view doubt) {
        return doubt.starts_with(generator_was_slow) || doubt.starts_with(others_were_busy);
    };
    return !r.valid && std::ranges::any_of(r.doubts, is_the_machines);
}

std::int64_t thousandfold(double value) {
    return std::llround(value * 1'000);
}

std::int64_t to_ms(nanoseconds time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

void add_latencies(record& out, std::span<const std::int64_t> sorted_ns) {
    if (sorted_ns.empty()) return;  // nobody answered: there is no latency
    struct quantile {
        std::string_view name;
        double q;
    };
    for (const auto& [name, q] :
         {quantile{"p50_ns", 0.5}, quantile{"p90_ns", 0.9}, quantile{"p99_ns", 0.99},
          quantile{"p999_ns", 0.999}, quantile{"max_ns", 1}})
        out.add(name, percentile(sorted_ns, q));
}

std::vector<metric_facts> latency_facts() {
    return {{"p50_ns", "latency p50", "지연 p50", "ns"},
            {"p90_ns", "latency p90", "지연 p90", "ns"},
            {"p99_ns", "latency p99", "지연 p99", "ns"},
            {"p999_ns", "latency p99.9", "지연 p99.9", "ns"},
            {"max_ns", "latency max", "지연 최댓값", "ns"}};
}

std::vector<metric_facts> answer_facts() {
    return {{"goodput_per_1000_s", "right answers", "정상 응답", "per_1000_s", "higher"},
            {"wrong", "wrong answers", "잘못된 응답", "count"}};
}

std::vector<metric_facts> resource_facts() {
    return {{"cpu_ns_per_request", "CPU a request", "요청당 CPU", "ns"},
            {"switches_per_1000", "context switches a request", "요청당 문맥 전환", "per_1000"},
            {"loopback_bytes_per_request", "bytes sent a request", "요청당 전송 바이트", "bytes"},
            {"pss_kib", "memory (PSS)", "메모리(PSS)", "kib"}};
}

std::vector<metric_facts> together(std::initializer_list<std::vector<metric_facts>> all) {
    std::vector<metric_facts> out;
    for (const auto& some : all) out.insert(out.end(), some.begin(), some.end());
    return out;
}

void add_timeline(record& out, const load_result& load) {
    constexpr std::int64_t step_ms = 100;
    const auto steps = static_cast<std::size_t>(std::ceil(load.window_s * 1'000 / step_ms));
    series right{"right", "ms", "count", {}}, wrong{"wrong", "ms", "count", {}};
    for (std::size_t i = 0; i < steps; ++i) {
        const auto at = static_cast<std::int64_t>(i) * step_ms;
        right.points.push_back({at, 0});
        wrong.points.push_back({at, 0});
    }
    for (const auto& s : load.samples) {
        const auto i = static_cast<std::size_t>(s.at_ns / (step_ms * 1'000'000));
        if (i >= steps) continue;
        ++(s.how == outcome::right ? right : wrong).points[i].y;
    }
    out.curves.push_back(std::move(right));
    out.curves.push_back(std::move(wrong));
}

}  // namespace cleave::compare
