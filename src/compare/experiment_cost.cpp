// What the work of a blog costs in each architecture, at rates that all can serve, and how much
// each can do at most.
#include <fmt/format.h>

#include <compare/experiments.hpp>
#include <compare/statistics.hpp>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds of_a_route{3'000};
constexpr double route_rate_per_s = 200;
constexpr milliseconds of_a_step{2'000};
// Past the knee: so late, or so much less than what is asked for.
constexpr std::int64_t knee_p99_ns = 50'000'000;
constexpr double knee_goodput = 0.95;
constexpr int steps_max = 12;

std::string name_of(double rate) {
    return fmt::format("{:g} requests/s", rate);
}

traffic at(const options& given, double rate, std::uint64_t number) {
    return {
        .rate_per_s = rate, .warm_up = given.warm_up, .duration = given.duration, .number = number};
}

// As far as the machine let percentiles be measured.
void add_curve(record& out, const std::vector<std::int64_t>& sorted_ns) {
    const bool is_whole = out.find("p99_ns").has_value();
    series curve{"latency", "percentile_100000", "ns", {}};
    for (const std::int64_t q :
         {10'000, 25'000, 50'000, 75'000, 90'000, 95'000, 99'000, 99'500, 99'900, 99'990, 100'000})
        if (is_whole || q < 99'000)
            curve.points.push_back({q, percentile(sorted_ns, static_cast<double>(q) / 1e5)});
    out.curves.push_back(std::move(curve));
}

// Whether it keeps up with a rate.
bool keeps_up(trial& blog, double rate, std::uint64_t number, record& tried) {
    const auto load = blog.load(
        {.rate_per_s = rate, .warm_up = milliseconds(500), .duration = of_a_step, .number = number},
        tried);
    return tried.valid && percentile(load.sorted_latencies_ns(), 0.99) < knee_p99_ns &&
           load.goodput_per_s() > knee_goodput * rate;
}

// Higher and higher rates, until it falls behind twice: once may have been a stall of the machine.
// The last one that it kept up with.
record find_knee(trial& blog, const options& given) {
    auto out = blog.begin_record("capacity");
    double kept = 0, rate = given.rates_per_s.front();
    std::uint64_t number = 100;
    for (int step = 0; step < steps_max; ++step, rate *= 1.5) {
        record first, second;
        if (!keeps_up(blog, rate, number++, first) && !keeps_up(blog, rate, number++, second)) {
            out.valid = second.valid;
            out.doubts = second.doubts;
            break;
        }
        kept = rate;
    }
    out.add("knee_per_1000_s", thousandfold(kept));
    return out;
}

std::vector<record> measure(const run_context& context, const mode& what, std::int64_t repeat) {
    const auto& given = context.given;
    trial blog(context, what, repeat);
    std::vector<record> out;
    std::uint64_t number = 0;
    for (const double rate : given.rates_per_s) {
        auto one = blog.begin_record(name_of(rate));
        const auto load = blog.load(at(given, rate, number++), one);
        add_curve(one, load.sorted_latencies_ns());
        if (number == 1) one.add("start_up_ms", blog.start_up_ms());
        out.push_back(std::move(one));
    }
    if (given.how_much == effort::full) {
        for (std::size_t kind = 0; kind < visit_kinds.size(); ++kind) {
            auto one = blog.begin_record(std::string(visit_kinds[kind].name));
            const bool is_slow = static_cast<visit>(kind) == visit::log_in;
            blog.load({.rate_per_s = is_slow ? route_rate_per_s / 20 : route_rate_per_s,
                       .kind = static_cast<visit>(kind),
                       .warm_up = milliseconds(300),
                       .duration = of_a_route,
                       .number = number++},
                      one);
            out.push_back(std::move(one));
        }
        out.push_back(find_knee(blog, given));
    }
    if (given.flat_out.count() > 0) {
        auto one = blog.begin_record("flat out");
        blog.flat_out(given.flat_out, one);
        out.push_back(std::move(one));
    }
    if (!blog.stop()) out.front().doubts.emplace_back("it had to be killed");
    return out;
}

milliseconds takes(const options& given) {
    auto out = around_a_trial({}) +
               (given.warm_up + given.duration) * static_cast<int>(given.rates_per_s.size()) +
               given.flat_out;
    if (given.how_much == effort::full)
        out += static_cast<int>(visit_kinds.size()) * of_a_route + 6 * of_a_step;
    return out;
}

}  // namespace

record at_the_rate(trial& blog, const options& given, std::string scenario,
                   std::optional<visit> kind) {
    auto out = blog.begin_record(std::move(scenario));
    auto what = at(given, given.rates_per_s.front(), kind ? 50 : 0);
    what.kind = kind;
    blog.load(what, out);
    return out;
}

milliseconds around_a_trial(const workload_sizes& sizes) {
    return milliseconds(900 + sizes.articles * (2 + sizes.comments_per_article));
}

experiment cost() {
    return {.name = "cost",
            .question = "What does the same work cost?",
            .question_ko = "같은 일에 드는 비용은 얼마인가?",
            .metrics = together({latency_facts(),
                                 answer_facts(),
                                 resource_facts(),
                                 {{"knee_per_1000_s", "capacity (the knee)", "수용량(꺾이는 점)",
                                   "per_1000_s", "higher"},
                                  {"start_up_ms", "start to ready", "기동 시간", "ms"}}}),
            .modes = given_modes,
            .takes = takes,
            .measure = measure,
            .measures_noise = true};
}

}  // namespace cleave::compare
