#include <algorithm>
#include <compare/experiment.hpp>
#include <compare/seeded.hpp>
#include <compare/statistics.hpp>
#include <compare/system_under_test.hpp>
#include <compare/workload.hpp>

namespace cleave::compare {

namespace {

// How much CPU all processes used between the two ends of a window, and how much others.
class cpu_meter {
public:
    cpu_meter(const system_under_test& system, const std::vector<int>& cores)
        : system_(system), cores_(cores) {}

    window_hooks hooks() {
        return {[this] {
                    all_ns_ = -read_busy_ns(cores_);
                    began_ = std::chrono::steady_clock::now();
                    before_ = system_.cpu_times();
                },
                [this] {
                    after_ = system_.cpu_times();
                    all_ns_ += read_busy_ns(cores_);
                    length_ = std::chrono::steady_clock::now() - began_;
                }};
    }

    // Of the system's cores, by whom it shares them with against its will.
    std::int64_t foreign_permille() const {
        const auto all_ns = length_.count() * static_cast<std::int64_t>(cores_.size());
        if (all_ns <= 0) return 0;
        return std::max<std::int64_t>(0, all_ns_ - all_us() * 1'000) * 1'000 / all_ns;
    }

    // A process that ended is gone from one sum, and its time has moved to its parent's.
    std::int64_t all_us() const {
        std::int64_t ns = 0;
        for (const auto& t : after_) ns += t.own_ns + t.reaped_ns;
        for (const auto& t : before_) ns -= t.own_ns + t.reaped_ns;
        return ns / 1'000;
    }

    std::int64_t one_us(std::size_t index) const {
        if (index >= before_.size() || index >= after_.size()) return 0;
        return std::max<std::int64_t>(0, after_[index].own_ns - before_[index].own_ns) / 1'000;
    }

private:
    const system_under_test& system_;
    const std::vector<int>& cores_;
    std::vector<cpu_time> before_, after_;
    std::int64_t all_ns_ = 0;
    std::chrono::steady_clock::time_point began_{};
    nanoseconds length_{};
};

answers to_answers(const outcome_counts& counts) {
    const auto of = [&](outcome how) { return counts[static_cast<std::size_t>(how)]; };
    return {of(outcome::right),     of(outcome::wrong_status),    of(outcome::wrong_content),
            of(outcome::timed_out), of(outcome::connection_lost), of(outcome::malformed)};
}

std::int64_t thousandfold(double value) {
    return std::llround(value * 1'000);
}

generator_result to_result(const generator_health& health) {
    return {thousandfold(health.busy_share), health.lateness_p50_ns, health.lateness_p99_ns,
            health.was_bottleneck()};
}

std::int64_t to_ms(nanoseconds time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

open_loop_result run_at_rate(const run_context& context, system_under_test& system,
                             const workload& blog, std::int64_t repeat) {
    const auto sequence = static_cast<std::uint64_t>(2 * repeat);
    const load_target target{system.address(), open_loop_connections};
    const load_window window{context.given.warm_up, context.given.duration};
    const auto times = arrivals(seeded(context.given.seed, sequence).next(),
                                context.given.rate_per_s, window.warm_up + window.duration);
    cpu_meter cpu(system, context.cores.system);
    const auto load = run_open_loop(
        target, window, times, [&](std::uint64_t i) { return blog.request(sequence, i); },
        cpu.hooks(), context.stop);
    if (load.interrupted) throw interrupted();

    open_loop_result out;
    out.answered = to_answers(load.outcomes());
    out.goodput_per_1000_s = thousandfold(load.goodput_per_s());
    out.from_intended = summarize(load.sorted_latencies_ns());
    for (std::size_t kind = 0; kind < visit_kinds.size(); ++kind) {
        const auto sorted = load.sorted_latencies_ns(static_cast<std::uint8_t>(kind));
        out.kinds.push_back({std::string(visit_kinds[kind].name),
                             static_cast<std::int64_t>(sorted.size()), summarize(sorted)});
    }
    out.cpu_us = cpu.all_us();
    // A generator that shares the cores would count as somebody else.
    if (context.cores.are_apart()) out.foreign_cpu_permille = cpu.foreign_permille();
    const auto pss_kib = system.pss_kib();
    const auto commands = system.commands();
    for (std::size_t i = 0; i < pss_kib.size(); ++i) {
        out.pss_kib += pss_kib[i];
        out.processes.push_back(
            {commands[i], cpu.one_us(i), pss_kib[i], system.processes()[i].threads});
    }
    out.processes_changed = !system.find_processes();
    out.generator = to_result(load.generator);
    return out;
}

flat_out_result run_flat_out(const run_context& context, const system_under_test& system,
                             const workload& blog, std::int64_t repeat) {
    const auto sequence = static_cast<std::uint64_t>(2 * repeat + 1);
    const load_target target{system.address(), flat_out_connections};
    // The system is warm; this is for the step from the rate before.
    const load_window window{std::chrono::milliseconds(300), context.given.flat_out};
    cpu_meter cpu(system, context.cores.system);
    const auto load = run_closed_loop(
        target, window, [&](std::uint64_t i) { return blog.request(sequence, i); }, cpu.hooks(),
        context.stop);
    if (load.interrupted) throw interrupted();
    return {to_answers(load.outcomes()), thousandfold(load.goodput_per_s()), cpu.all_us(),
            context.cores.are_apart() ? cpu.foreign_permille() : 0, to_result(load.generator)};
}

}  // namespace

latency summarize(const std::vector<std::int64_t>& sorted_ns) {
    return {percentile(sorted_ns, 0.5), percentile(sorted_ns, 0.9), percentile(sorted_ns, 0.99),
            percentile(sorted_ns, 0.999), sorted_ns.empty() ? 0 : sorted_ns.back()};
}

run_result measure(const run_context& context, const mode& what, std::int64_t repeat) {
    run_result out;
    out.repeat = repeat;
    try {
        context.tell("starting");
        system_under_test system(
            {context.given.binary, what.arguments, context.given.scratch, context.cores.system});
        out.start_up_ms = to_ms(system.wait_until_ready(context.stop));

        context.tell("filling");
        workload blog(context.given.seed);
        const auto began = std::chrono::steady_clock::now();
        blog.set_up({system.address()}, context.stop);
        out.set_up_ms = to_ms(std::chrono::steady_clock::now() - began);

        context.tell("at a fixed rate");
        out.open_loop = run_at_rate(context, system, blog, repeat);
        if (context.given.flat_out.count() > 0) {
            context.tell("flat out");
            out.flat_out = run_flat_out(context, system, blog, repeat);
        }
        context.tell("stopping");
        out.stopped_in_good_order = system.stop();
    } catch (const std::exception&) {
        // Whatever an interruption broke is not what there is to say.
        if (context.stop) throw interrupted();
        throw;
    }
    return out;
}

}  // namespace cleave::compare
