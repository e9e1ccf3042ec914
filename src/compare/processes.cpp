#include <fmt/format.h>

#include <algorithm>
#include <compare/comparison.hpp>
#include <compare/processes.hpp>

namespace cleave::compare {

namespace {

void add(process_row& to, const process_result& one) {
    to.cpu_ns_per_request += static_cast<double>(one.cpu_us) * 1e3;
    to.switches_per_1000 += static_cast<double>(one.context_switches) * 1e3;
    to.pss_kib += static_cast<double>(one.pss_kib);
    to.threads += static_cast<double>(one.threads);
    for (const auto& w : one.writers.value_or(std::vector<writer_result>())) {
        auto module = w.thread.substr(std::min(writer_prefix.size(), w.thread.size()));
        auto found = std::ranges::find(to.writers, module, &process_row::writer::module);
        if (found == to.writers.end()) found = to.writers.insert(found, {std::move(module), 0});
        found->cpu_ns_per_request += static_cast<double>(w.cpu_us) * 1e3;
    }
}

void divide(process_row& sums, double answers, double repeats) {
    sums.cpu_ns_per_request /= answers;
    sums.switches_per_1000 /= answers;
    sums.pss_kib /= repeats;
    sums.threads /= repeats;
    for (auto& w : sums.writers) w.cpu_ns_per_request /= answers;
}

// The rows of a mode; none where no record of it has processes.
std::vector<process_row> rows_of(const experiment_result& of, const std::string& scenario,
                                 std::size_t mode) {
    std::vector<process_row> out;
    double answers = 0, repeats = 0;
    for (const auto& r : of.records) {
        if (!r.valid || r.scenario != scenario || r.processes.empty() ||
            r.mode != static_cast<std::int64_t>(mode))
            continue;
        answers += static_cast<double>(r.find("answers").value_or(0));
        ++repeats;
        for (const auto& one : r.processes) {
            auto name = process_name(one.command);
            auto found = std::ranges::find(out, name, &process_row::process);
            if (found == out.end())
                found = out.insert(
                    found,
                    {.scenario = scenario, .mode = of.modes[mode], .process = std::move(name)});
            add(*found, one);
        }
    }
    for (auto& row : out) divide(row, std::max(answers, 1.0), repeats);
    return out;
}

}  // namespace

std::string process_name(std::string_view command) {
    constexpr std::string_view option = "--process ";
    if (const auto at = command.find(option); at != command.npos) {
        command.remove_prefix(at + option.size());
        return std::string(command.substr(0, command.find(' ')));
    }
    return command.starts_with("cleave up") ? "supervisor" : std::string(command);
}

std::vector<process_row> processes_of(const experiment_result& of) {
    std::vector<process_row> out;
    for (const auto& scenario : scenarios_of(of)) {
        for (std::size_t mode = 0; mode < of.modes.size(); ++mode) {
            if (of.again == static_cast<std::int64_t>(mode)) continue;
            std::ranges::move(rows_of(of, scenario, mode), std::back_inserter(out));
        }
        if (!out.empty()) break;
    }
    return out;
}

std::vector<std::string> cells_of(const process_row& row) {
    std::string writers;
    for (const auto& w : row.writers) {
        if (w.cpu_ns_per_request < 1) continue;  // it had nothing to write
        writers += fmt::format("{}{} {}", writers.empty() ? "" : ", ",
                               to_text(w.cpu_ns_per_request, "ns"), w.module);
    }
    return {to_text(row.cpu_ns_per_request, "ns"), to_text(row.switches_per_1000, "per_1000"),
            to_text(row.pss_kib, "kib"), to_text(row.threads, "count"),
            writers.empty() ? "-" : writers};
}

}  // namespace cleave::compare
