// The same cores for everything: whole copies, or replicas of the one module that is busy.
#include <fmt/format.h>

#include <compare/experiments.hpp>
#include <thread>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;
using list = std::vector<std::string>;

// A login takes some 30 ms of a core.
constexpr double logins_per_s = 10, reads_per_s = 1'000;

std::vector<mode> modes(const options&) {
    return {{"one monolith", {}},
            {"two whole copies", {"--replicas", "main=2"}},
            {"split", {"--split", "all"}},
            {"split, users and posts twice",
             {"--split", "all", "--replicas", "users=2", "--replicas", "posts=2"}}};
}

milliseconds lasts(const options& given) {
    return given.how_much == effort::full ? milliseconds(3'000) : milliseconds(1'200);
}

// Of all processes, and of each that has the module which is asked.
void add_memory(record& out, trial& blog, visit kind) {
    const auto module = visit_kinds[static_cast<std::size_t>(kind)].module;
    blog.system().find_processes();
    const auto pss = blog.system().pss_kib();
    const auto& all = blog.system().processes();
    std::int64_t sum = 0, of_instances = 0, instances = 0;
    for (const auto kib : pss) sum += kib;
    for (const auto& p : blog.processes()) {
        if (std::ranges::find(p.modules, module) == p.modules.end()) continue;
        const auto at = std::ranges::find(all, p.pid, &process_stat::pid) - all.begin();
        if (at == std::ssize(all)) continue;
        ++instances;
        of_instances += pss[static_cast<std::size_t>(at)];
    }
    out.add("pss_kib", sum);
    if (instances > 0) out.add("pss_of_one_kib", of_instances / instances);
}

record storm_of(trial& blog, visit kind, const options& given, std::string scenario) {
    auto out = blog.begin_record(std::move(scenario));
    const auto began = std::chrono::steady_clock::now();
    storm now(blog, kind, 16);
    std::this_thread::sleep_for(lasts(given));
    const auto right = now.end();
    const auto took = nanoseconds(std::chrono::steady_clock::now() - began);
    out.add("goodput_per_1000_s",
            right * 1'000'000'000'000 / std::max<std::int64_t>(took.count(), 1));
    add_memory(out, blog, kind);
    return out;
}

// At a rate that each can serve: latencies.
record at_a_rate(trial& blog, visit kind, const options& given, std::string scenario) {
    auto out = blog.begin_record(std::move(scenario));
    blog.load({.rate_per_s = kind == visit::log_in ? logins_per_s : reads_per_s,
               .kind = kind,
               .warm_up = milliseconds(300),
               .duration = lasts(given)},
              out);
    return out;
}

std::vector<record> measure(const run_context& context, const mode& what, std::int64_t repeat) {
    if (context.cores.system.size() < 2)
        context.leave_out(fmt::format(
            "whether more instances do more: not shown on this machine, where all of them share {} "
            "core",
            context.cores.system.size()));
    trial blog(context, what, repeat, small_blog);
    context.tell("a storm of logins");
    std::vector<record> out;
    out.push_back(storm_of(blog, visit::log_in, context.given, "logins"));
    context.tell("a storm of reads");
    out.push_back(storm_of(blog, visit::read_article, context.given, "reads"));
    if (context.given.how_much == effort::full) {
        out.push_back(at_a_rate(blog, visit::log_in, context.given, "logins at a rate"));
        out.push_back(at_a_rate(blog, visit::read_article, context.given, "reads at a rate"));
    }
    blog.stop();
    return out;
}

milliseconds takes(const options& given) {
    return around_a_trial() + (given.how_much == effort::full ? 4 : 2) * lasts(given);
}

}  // namespace

experiment scale() {
    return {.name = "scale",
            .question = "What do more instances on the same cores bring?",
            .question_ko = "같은 코어에서 인스턴스를 늘리면 무엇이 나아지는가?",
            .metrics = together({latency_facts(),
                                 answer_facts(),
                                 resource_facts(),
                                 {{"pss_of_one_kib", "memory of each instance that is asked",
                                   "요청받는 인스턴스마다 메모리", "kib"}}}),
            .modes = modes,
            .takes = takes,
            .measure = measure};
}

}  // namespace cleave::compare
