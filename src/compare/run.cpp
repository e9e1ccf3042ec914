#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <base/clock.hpp>
#include <cmath>
#include <compare/experiment.hpp>
#include <compare/machine.hpp>
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

std::vector<mode> modes_of(const options& given) {
    std::vector<mode> out;
    for (const auto& text : given.modes) out.push_back(parse_mode(text));
    return out;
}

settings_used settings_of(const options& given) {
    const workload_sizes sizes;
    settings_used out;
    out.build = describe_build(given.build);
    out.date = to_rfc3339(system_clock().now());
    out.seed = static_cast<std::int64_t>(given.seed);
    out.rate_per_1000_s = std::llround(given.rate_per_s * 1'000);
    out.repeats = given.repeats;
    out.warm_up_s = given.warm_up.count();
    out.duration_s = given.duration.count();
    out.flat_out_s = given.flat_out.count();
    out.open_loop_connections = open_loop_connections;
    out.flat_out_connections = flat_out_connections;
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

// Fills in what is finished, until all is or something ends it. Returns a sentence on what went
// wrong, empty where nothing did.
std::string measure_all(const options& given, const std::vector<mode>& modes, results& found) {
    const core_plan cores = plan_cores(usable_cores());
    found.machine = this_machine(cores, given.scratch);
    const pinned generator(cores.generator);
    constexpr std::chrono::seconds around_it{2};
    progress shown(modes.size() * static_cast<std::size_t>(given.repeats),
                   given.warm_up + given.duration + given.flat_out + around_it);
    const run_context context{given, cores, stop_wanted,
                              [&](std::string_view phase) { shown.phase(phase); }};
    for (int repeat = 0; repeat < given.repeats; ++repeat)
        for (const auto i : order_of(modes.size(), repeat)) {
            shown.begin_run(fmt::format("{}, repeat {}", modes[i].name, repeat + 1));
            try {
                auto done = measure(context, modes[i], repeat);
                done.mode = static_cast<std::int64_t>(i);
                found.runs.push_back(std::move(done));
            } catch (const interrupted&) {
                found.interrupted = true;
                return {};
            } catch (const std::exception& e) {
                return fmt::format("{}, repeat {}: {}", modes[i].name, repeat + 1, e.what());
            }
        }
    return {};
}

bool are_answers_right(const results& found) {
    std::int64_t wrong = 0, right = 0;
    for (const auto& r : found.runs) {
        wrong += r.open_loop.answered.wrong() + (r.flat_out ? r.flat_out->answered.wrong() : 0);
        right += r.open_loop.answered.right + (r.flat_out ? r.flat_out->answered.right : 0);
    }
    return wrong * 100 <= right;
}

}  // namespace

std::optional<std::string> problem_with(const options& given) {
    std::error_code failed;
    if (given.modes.empty()) return "name at least one mode";
    try {
        modes_of(given);
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    if (!(given.rate_per_s >= 1 && given.rate_per_s <= 100'000))
        return "the rate must be from 1 to 100,000 requests a second";
    if (given.repeats < 1 || given.repeats > 1'000) return "repeats must be from 1 to 1,000";
    if (given.duration.count() < 1 || given.duration.count() > 3'600)
        return "the duration must be from 1 to 3,600 seconds";
    if (given.warm_up.count() < 0 || given.warm_up.count() > 3'600)
        return "the warm-up must be from 0 to 3,600 seconds";
    if (given.flat_out.count() < 0 || given.flat_out.count() > 3'600)
        return "flat out must be from 0 to 3,600 seconds";
    if (!std::filesystem::is_directory(given.scratch, failed))
        return fmt::format("there is no directory {}", given.scratch.string());
    if (::access(given.binary.c_str(), X_OK) != 0)
        return fmt::format("{} cannot be executed", given.binary.string());
    return std::nullopt;
}

int run(const options& given) {
    const auto modes = modes_of(given);
    const interruption caught;
    results found;
    found.settings = settings_of(given);
    for (const auto& m : modes) found.modes.push_back(m.name);
    auto failure = measure_all(given, modes, found);
    found.ratios = ratios_of(found);
    if (!found.runs.empty()) fmt::print("{}", to_table(found));
    std::fflush(stdout);
    if (found.interrupted)
        fmt::print(stderr, "ended early: {} of {} runs are finished\n", found.runs.size(),
                   modes.size() * static_cast<std::size_t>(given.repeats));
    for (const auto& warning : warnings_of(found)) fmt::print(stderr, "warning: {}\n", warning);
    try {
        if (given.out && !found.runs.empty()) write_results(found, *given.out);
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

}  // namespace cleave::compare
