// What is wrong with what was asked for, before anything is measured.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <compare/cores.hpp>
#include <compare/experiment.hpp>
#include <compare/own_workload.hpp>
#include <compare/proc.hpp>
#include <compare/recorded_changes.hpp>
#include <compare/run.hpp>
#include <stdexcept>

namespace cleave::compare {

std::optional<std::string> problem_with(const options& given) {
    std::error_code failed;
    if (given.modes.empty()) return "name at least one mode";
    try {
        given_modes(given);
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    try {
        if (given.target) parse_target(*given.target);
        if (given.workload && read_workload(*given.workload).data && given.target)
            return "[data] is for a blog that is started here; leave it out with --target, which "
                   "has its own";
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    if (given.target && !given.workload)
        return "a target wants a --workload: this program does not write into somebody's system "
               "what it was not asked to";
    if (given.source) {
        const auto is_for_it = [](const std::string& name) {
            return name == "deploy" || name == "surface";
        };
        if (given.workload ||
            (!given.experiments.empty() && std::ranges::none_of(given.experiments, is_for_it)))
            return "--source is for deploy and surface; name one of them or leave it out";
        if (auto wrong = problem_with_source(*given.source)) return wrong;
    }
    for (const auto& name : given.experiments)
        if (find_experiment(name) == nullptr) {
            std::vector<std::string_view> names;
            for (const auto& e : experiments()) names.push_back(e.name);
            return fmt::format("'{}' is no experiment; there are {}", name, fmt::join(names, ", "));
        }
    for (const double rate : given.rates_per_s)
        if (!(rate >= 1 && rate <= 100'000))
            return "the rate must be from 1 to 100,000 requests a second";
    if (given.repeats < 1 || given.repeats > 1'000) return "repeats must be from 1 to 1,000";
    const auto up_to_an_hour = [](std::chrono::milliseconds time, int at_least) {
        return time.count() >= at_least && time <= std::chrono::hours(1);
    };
    if (!up_to_an_hour(given.duration, 1)) return "the duration must be from 1 to 3,600 seconds";
    if (!up_to_an_hour(given.warm_up, 0)) return "the warm-up must be from 0 to 3,600 seconds";
    if (!up_to_an_hour(given.flat_out, 0)) return "flat out must be from 0 to 3,600 seconds";
    const auto usable = usable_cores();
    for (const int core : given.cores)
        if (std::ranges::find(usable, core) == usable.end())
            return fmt::format("core {} cannot be used here; there are {}", core, to_list(usable));
    // Before an hour of measuring, and not after it.
    if (given.out) {
        std::filesystem::create_directories(*given.out, failed);
        if (::access(given.out->c_str(), W_OK | X_OK) != 0)
            return fmt::format("{} is no directory that can be written to", given.out->string());
    }
    if (!std::filesystem::is_directory(given.scratch, failed))
        return fmt::format("there is no directory {}", given.scratch.string());
    if (::access(given.binary.c_str(), X_OK) != 0)
        return fmt::format("{} cannot be executed", given.binary.string());
    return std::nullopt;
}

}  // namespace cleave::compare
