#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <base/clock.hpp>
#include <cmath>
#include <compare/comparison.hpp>
#include <compare/experiments.hpp>
#include <compare/facts.hpp>
#include <compare/machine.hpp>
#include <compare/proc.hpp>
#include <compare/progress.hpp>
#include <compare/report.hpp>
#include <compare/run.hpp>
#include <compare/workload.hpp>
#include <cstdio>
#include <stdexcept>

namespace cleave::compare {

namespace {

std::atomic<bool> stop_wanted{false};
std::atomic<int> stop_signal{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

// While one lives, SIGINT and SIGTERM are remembered instead of ending the program.
class interruption {
public:
    interruption() {
        stop_signal = 0;
        stop_wanted = false;
        struct sigaction remember{};
        remember.sa_handler = [](int number) {
            stop_signal = number;
            stop_wanted = true;
        };
        ::sigaction(SIGINT, &remember, &before_[0]);
        ::sigaction(SIGTERM, &remember, &before_[1]);
    }
    ~interruption() {
        ::sigaction(SIGINT, &before_[0], nullptr);
        ::sigaction(SIGTERM, &before_[1], nullptr);
    }
    interruption(const interruption&) = delete;

private:
    struct sigaction before_[2]{};
};

settings_used settings_of(const options& given) {
    workload_sizes sizes;
    if (given.workload) sizes = read_workload(*given.workload).data.value_or(sizes);
    settings_used out;
    out.build = describe_build(given.build);
    out.date = to_rfc3339(system_clock().now());
    out.effort = given.how_much == effort::full ? "full" : "quick";
    out.seed = static_cast<std::int64_t>(given.seed);
    for (const double rate : given.rates_per_s)
        out.rates_per_1000_s.push_back(std::llround(rate * 1'000));
    out.repeats = given.repeats;
    out.warm_up_ms = given.warm_up.count();
    out.duration_ms = given.duration.count();
    out.flat_out_ms = given.flat_out.count();
    out.users = static_cast<std::int64_t>(sizes.users);
    out.articles = static_cast<std::int64_t>(sizes.articles);
    out.comments = static_cast<std::int64_t>(sizes.articles * sizes.comments_per_article);
    return out;
}

// There and back again (ABBA), so that what drifts with time falls on all modes alike.
std::vector<std::size_t> order_of(std::size_t modes, int repeat) {
    std::vector<std::size_t> out(modes);
    for (std::size_t i = 0; i < modes; ++i) out[i] = repeat % 2 == 0 ? i : modes - 1 - i;
    return out;
}

std::vector<const experiment*> chosen(const options& given) {
    std::vector<const experiment*> out;
    if (given.workload) return {find_experiment(own_routes().name)};
    if (given.experiments.empty())
        for (const auto& e : experiments()) out.push_back(&e);
    for (const auto& name : given.experiments) out.push_back(find_experiment(name));
    return out;
}

// An experiment and the modes that it is made with.
struct planned {
    const experiment* what;
    std::vector<mode> modes;
    experiment_result found{};
};

std::vector<planned> plan(const options& given) {
    std::vector<planned> out;
    for (const auto* const e : chosen(given)) {
        planned p{e, e->modes(given)};
        p.found.name = e->name;
        p.found.metrics = e->metrics;
        if (e->measures_noise) {
            p.found.again = static_cast<std::int64_t>(p.modes.size());
            p.modes.push_back(p.modes.front());
            p.modes.back().name += " again";
        }
        for (const auto& m : p.modes) {
            p.found.modes.push_back(m.name);
            const auto base = std::ranges::find(p.modes, m.beside, &mode::name);
            p.found.bases.push_back(base == p.modes.end() ? 0 : base - p.modes.begin());
        }
        out.push_back(std::move(p));
    }
    return out;
}

std::vector<progress::step> steps_of(const std::vector<planned>& all, const options& given) {
    std::vector<progress::step> out;
    for (const auto& p : all)
        out.push_back(
            {p.modes.size() * static_cast<std::size_t>(given.repeats), p.what->takes(given)});
    return out;
}

void leave_out(planned& p, std::string reason) {
    if (std::ranges::find(p.found.left_out, reason) == p.found.left_out.end())
        p.found.left_out.push_back(std::move(reason));
}

// Where nothing was disturbed.
std::int64_t wrong_answers(const record& r) {
    return r.is_disturbed ? 0 : r.find("wrong").value_or(0);
}

bool has_wrong_answers(const std::vector<record>& all) {
    return std::ranges::any_of(all, [](const record& r) { return wrong_answers(r) > 0; });
}

// One mode once, and once more where the machine spoilt some of it; what it spoilt less is kept,
// with the doubts of both. That is decided by nothing that was measured.
std::vector<record> measure_one(const planned& p, const run_context& context, std::size_t mode,
                                std::int64_t repeat, std::size_t& again_left) {
    const auto spoilt = [](const auto& all) { return std::ranges::count_if(all, is_spoilt); };
    auto found = p.what->measure(context, p.modes[mode], repeat);
    if (spoilt(found) == 0 || again_left == 0 || has_wrong_answers(found)) return found;
    --again_left;
    auto other = p.what->measure(context, p.modes[mode], repeat);
    if (has_wrong_answers(other) || spoilt(other) < spoilt(found)) std::swap(found, other);
    for (const auto& r : other)
        for (const auto& doubt : r.doubts)
            found.front().doubts.push_back(
                fmt::format("made twice; not kept: {}: {}", r.scenario, doubt));
    return found;
}

// A fifth of what there is to measure, where there is time for it.
std::size_t again_max(const planned& p, const options& given) {
    const auto runs = p.modes.size() * static_cast<std::size_t>(given.repeats);
    return given.how_much == effort::full ? (runs + 4) / 5 : 0;
}

// Fills in what is finished, until all is or something ends it. Returns a sentence on what went
// wrong, empty where nothing did.
std::string measure_all(const options& given, std::vector<planned>& all, results& found) {
    const core_plan cores = plan_cores(given.cores.empty() ? usable_cores() : given.cores);
    found.machine = this_machine(cores, given.scratch);
    const pinned generator(cores.generator);
    progress shown(steps_of(all, given));
    for (auto& p : all) {
        const run_context context{given, cores, stop_wanted,
                                  [&](std::string_view phase) { shown.phase(phase); },
                                  [&](std::string reason) { leave_out(p, std::move(reason)); }};
        auto again_left = again_max(p, given);
        for (int repeat = 0; repeat < given.repeats; ++repeat)
            for (const auto i : order_of(p.modes.size(), repeat)) {
                const auto name =
                    fmt::format("{}: {}, repeat {}", p.what->name, p.modes[i].name, repeat + 1);
                shown.begin_run(name);
                try {
                    for (auto& done : measure_one(p, context, i, repeat, again_left)) {
                        done.mode = static_cast<std::int64_t>(i);
                        p.found.records.push_back(std::move(done));
                    }
                } catch (const interrupted&) {
                    found.interrupted = true;
                    return {};
                } catch (const std::exception& e) {
                    // Whatever an interruption broke is not what there is to say.
                    found.interrupted = stop_wanted;
                    return stop_wanted ? std::string() : fmt::format("{}: {}", name, e.what());
                }
            }
        shown.end_step();
    }
    return {};
}

bool are_answers_right(const results& found) {
    std::int64_t wrong = 0, all = 0;
    for (const auto& e : found.experiments) {
        for (const auto& r : e.records) {
            if (r.is_disturbed) continue;
            wrong += wrong_answers(r);
            all += r.find("answers").value_or(0);
        }
    }
    return wrong * 100 <= all;
}

}  // namespace

options complete(options given) {
    const bool full = given.how_much == effort::full;
    if (given.rates_per_s.empty())
        given.rates_per_s =
            full ? std::vector<double>{200, 500, 1'000, 2'000} : std::vector<double>{500};
    if (given.repeats == 0) given.repeats = 3;
    if (given.warm_up.count() < 0) given.warm_up = std::chrono::milliseconds(500);
    if (given.duration.count() == 0)
        given.duration = std::chrono::milliseconds(full ? 3'000 : 1'500);
    if (given.flat_out.count() < 0)
        given.flat_out = std::chrono::milliseconds(full ? 2'000 : 1'000);
    return given;
}

int run(const options& given) {
    const interruption caught;
    auto all = plan(given);
    results found;
    found.settings = settings_of(given);
    auto failure = measure_all(given, all, found);
    for (auto& p : all) {
        if (p.found.records.empty() && p.found.left_out.empty()) continue;
        p.found.comparisons = compare_modes(p.found, given.seed);
        found.experiments.push_back(std::move(p.found));
    }
    fmt::print("{}", to_text_report(found));
    std::fflush(stdout);
    if (found.interrupted) fmt::print(stderr, "ended early: what was finished is above\n");
    for (const auto& warning : warnings_of(found)) fmt::print(stderr, "warning: {}\n", warning);
    try {
        if (given.out && !found.experiments.empty()) {
            write_results(found, *given.out);
            fmt::print(stderr, "{}\n", (*given.out / "report.html").string());
        }
    } catch (const std::system_error& e) {
        failure = e.what();
    }
    if (!failure.empty()) fmt::print(stderr, "error: {}\n", failure);
    if (found.interrupted) return 128 + stop_signal;
    if (!failure.empty()) return 1;
    if (are_answers_right(found)) return 0;
    fmt::print(stderr, "error: more than a hundredth of the answers were wrong\n");
    return 1;
}

int report(const std::vector<std::filesystem::path>& directories) {
    try {
        std::vector<results> all;
        for (const auto& directory : directories) all.push_back(read_results(directory));
        if (all.size() == 1) {
            fmt::print("{}", to_text_report(all.front()));
            if (std::filesystem::is_directory(directories.front()))
                write_results(all.front(), directories.front());
        }
        for (std::size_t i = 1; i < all.size(); ++i)
            fmt::print("{}", to_text_comparison(all[0], all[i]));
    } catch (const std::exception& e) {
        fmt::print(stderr, "error: {}\n", e.what());
        return 1;
    }
    return 0;
}

int check(const std::filesystem::path& file, const std::filesystem::path& budget) {
    try {
        const auto wrong = out_of_budget(read_results(file), budget);
        for (const auto& sentence : wrong) fmt::print("{}\n", sentence);
        return wrong.empty() ? 0 : 1;
    } catch (const std::exception& e) {
        fmt::print(stderr, "error: {}\n", e.what());
        return 2;
    }
}

}  // namespace cleave::compare
