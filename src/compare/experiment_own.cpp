// Somebody's own routes: put to a system that runs already, or to the modes on a filled blog.
#include <compare/experiments.hpp>
#include <compare/seeded.hpp>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;

std::vector<mode> modes(const options& given) {
    if (given.target) return {{*given.target, {}}};
    return given_modes(given);
}

double rate_of(const own_workload& work, const options& given) {
    return work.rate_per_s > 0 ? work.rate_per_s : given.rates_per_s.front();
}

// All of them together, and each.
std::vector<record> by_route(const own_workload& work, record all, const load_result& load) {
    std::vector<record> out;
    for (std::size_t kind = 0; kind < work.routes.size(); ++kind) {
        record one;
        one.scenario = work.routes[kind].name;
        one.repeat = all.repeat;
        one.valid = all.valid;
        add_latencies(one, load.sorted_latencies_ns(static_cast<std::uint8_t>(kind)));
        std::int64_t wrong = 0;
        for (const auto& s : load.samples)
            wrong += s.kind == kind && s.how != outcome::right ? 1 : 0;
        one.add("wrong", wrong);
        out.push_back(std::move(one));
    }
    out.insert(out.begin(), std::move(all));
    return out;
}

std::vector<record> measure(const run_context& context, const mode& what, std::int64_t repeat) {
    const auto& given = context.given;
    const auto work = read_workload(*given.workload);
    const double rate = rate_of(work, given);
    record all;
    all.scenario = "all routes";
    all.repeat = repeat;
    if (!given.target) {
        trial blog(context, what, repeat);
        const auto load = blog.load({.rate_per_s = rate,
                                     .own = &work,
                                     .warm_up = given.warm_up,
                                     .duration = given.duration},
                                    all);
        blog.stop();
        return by_route(work, std::move(all), load);
    }
    context.tell("measuring");
    const auto seed = seeded(given.seed, static_cast<std::uint64_t>(repeat)).next();
    const preferred now;
    const auto load = run_open_loop(
        {parse_target(*given.target), open_loop_connections}, {given.warm_up, given.duration},
        arrivals(seed, rate, given.warm_up + given.duration),
        [&](std::uint64_t i) { return work.request(seed, i); }, {}, context.stop);
    if (load.interrupted) throw interrupted();
    add_open_loop(all, load);
    return by_route(work, std::move(all), load);
}

milliseconds takes(const options& given) {
    return (given.target ? milliseconds(0) : around_a_trial({})) + given.warm_up + given.duration;
}

}  // namespace

experiment own_routes() {
    return {.name = "workload",
            .question = "What do your own routes cost?",
            .question_ko = "직접 정한 경로의 비용은 얼마인가?",
            .metrics = together({latency_facts(), answer_facts(), resource_facts()}),
            .modes = modes,
            .takes = takes,
            .measure = measure};
}

}  // namespace cleave::compare
