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

own_workload work_of(const options& given, std::int64_t repeat) {
    auto out = read_workload(*given.workload);
    if (out.users) out.users->seed = seeded(given.seed, static_cast<std::uint64_t>(repeat)).next();
    return out;
}

workload_sizes sizes_of(const own_workload& work) {
    return work.data.value_or(workload_sizes{});
}

load_result put_to_target(const run_context& context, const own_workload& work,
                          std::int64_t repeat) {
    const auto& given = context.given;
    const auto seed = seeded(given.seed, static_cast<std::uint64_t>(repeat)).next();
    const load_target target{parse_target(*given.target), open_loop_connections};
    const load_window window{given.warm_up, given.duration};
    const call_source source = [&](std::uint64_t i) { return work.request(seed, i); };
    const preferred now;
    if (work.users) return run_users(target, window, *work.users, source, {}, context.stop);
    return run_open_loop(target, window,
                         arrivals(seed, rate_of(work, given), given.warm_up + given.duration),
                         source, {}, context.stop);
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
    const auto work = work_of(given, repeat);
    record all;
    all.scenario = "all routes";
    all.repeat = repeat;
    if (!given.target) {
        trial blog(context, what, repeat, sizes_of(work));
        const auto load = blog.load({.rate_per_s = rate_of(work, given),
                                     .own = &work,
                                     .warm_up = given.warm_up,
                                     .duration = given.duration},
                                    all);
        blog.stop();
        return by_route(work, std::move(all), load);
    }
    context.tell("measuring");
    const auto load = put_to_target(context, work, repeat);
    if (load.interrupted) throw interrupted();
    add_open_loop(all, load);
    return by_route(work, std::move(all), load);
}

milliseconds takes(const options& given) {
    const auto around =
        given.target ? milliseconds(0) : around_a_trial(sizes_of(read_workload(*given.workload)));
    return around + given.warm_up + given.duration;
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
