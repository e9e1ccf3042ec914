#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <compare/comparison.hpp>
#include <compare/experiment.hpp>
#include <compare/report.hpp>
#include <compare/statistics.hpp>
#include <ranges>

namespace cleave::compare {

namespace {

using cells = std::vector<std::string>;

// As it is seen: Korean and other wide characters do not occur in tables.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width, bool left) {
    const std::string blanks(width - std::min(width, width_of(text)), ' ');
    return left ? text + blanks : blanks + text;
}

// The first column to the left, the others to the right; a row of one cell is a heading.
std::string aligned(const std::vector<cells>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows)
        for (std::size_t i = 0; row.size() > 1 && i < row.size(); ++i) {
            if (widths.size() <= i) widths.push_back(0);
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    std::string out;
    for (const auto& row : rows) {
        std::string line = row.size() > 1 ? padded(row[0], widths[0], true) : row[0];
        for (std::size_t i = 1; i < row.size(); ++i)
            line += "   " + padded(row[i], widths[i], false);
        out += line + '\n';
    }
    return out;
}

std::string shown(const experiment_result& of, const std::string& scenario,
                  const metric_facts& metric, std::size_t mode) {
    const auto values = values_of(of, scenario, metric.name, static_cast<std::int64_t>(mode));
    return values.empty() ? "-" : to_text(typical(values), metric.unit);
}

std::string shown_ratio(const experiment_result& of, const std::string& scenario,
                        const metric_facts& metric, std::size_t mode) {
    const auto* const c =
        find_comparison(of, scenario, metric.name, static_cast<std::int64_t>(mode));
    return c == nullptr ? "-" : to_text(*c);
}

std::string few_modes(const experiment_result& of) {
    cells head{""};
    head.insert(head.end(), of.modes.begin(), of.modes.end());
    for (std::size_t i = 1; i < of.modes.size(); ++i)
        head.push_back(fmt::format("{} / {}", of.modes[i], of.modes[0]));
    std::vector<cells> rows{std::move(head)};
    for (const auto& scenario : scenarios_of(of)) {
        rows.push_back({scenario});
        for (const auto& metric : of.metrics) {
            cells row{"  " + metric.label};
            for (std::size_t i = 0; i < of.modes.size(); ++i)
                row.push_back(shown(of, scenario, metric, i));
            if (std::ranges::all_of(row | std::views::drop(1),
                                    [](const auto& cell) { return cell == "-"; }))
                continue;
            for (std::size_t i = 1; i < of.modes.size(); ++i)
                row.push_back(shown_ratio(of, scenario, metric, i));
            rows.push_back(std::move(row));
        }
    }
    return aligned(rows);
}

std::string many_modes(const experiment_result& of) {
    std::vector<cells> rows;
    for (const auto& scenario : scenarios_of(of)) {
        const auto metrics = main_metrics(of, scenario);
        cells head{scenario};
        for (const auto& metric : metrics) head.insert(head.end(), {metric.label, "ratio"});
        rows.push_back(std::move(head));
        for (std::size_t mode = 0; mode < of.modes.size(); ++mode) {
            if (!has_any(of, scenario, mode)) continue;
            const auto base = base_of(of, mode);
            cells row{"  " + of.modes[mode] + (base == mode ? "" : " / " + of.modes[base])};
            for (const auto& metric : metrics) {
                row.push_back(shown(of, scenario, metric, mode));
                const auto ratio = shown_ratio(of, scenario, metric, mode);
                row.push_back(base == mode ? "" : ratio == no_difference ? "~" : ratio);
            }
            rows.push_back(std::move(row));
        }
    }
    return aligned(rows) + "ratio: to the mode after the slash; ~ no significant difference\n";
}

std::string question_of(std::string_view name) {
    const auto* const found = find_experiment(name);
    return std::string(found ? found->question : name);
}

std::string method(const results& found) {
    const auto& s = found.settings;
    const auto& m = found.machine;
    std::vector<std::int64_t> lateness;
    for (const auto& e : found.experiments)
        for (const auto& r : e.records)
            if (const auto late = r.find("generator_late_p50_ns"); late && *late > 0)
                lateness.push_back(*late);
    std::ranges::sort(lateness);
    std::string out =
        "Method: open loop, Poisson arrivals, latency from the intended time; ABBA order; values "
        "are\n  geometric means of the repeats, ratios have their 95 % interval; CPU and memory of "
        "all processes\n  together.\n";
    out += fmt::format(
        "Machine: {}, {} cores, {:.1f} GiB, {}; data on {};\n  system on core {}, {}, late by {} "
        "(p50)\n",
        m.cpu, m.cores, static_cast<double>(m.memory_mib) / 1024, m.kernel, m.file_system,
        m.system_cores,
        m.generator_apart ? "generator on core " + m.generator_cores : "generator beside it",
        to_text(static_cast<double>(percentile(lateness, 0.5)), "ns"));
    out += fmt::format(
        "Run: {}; {}; {};\n  seed {}; {} repeat{}; {} users, {} articles, {} comments\n", s.date,
        s.build, s.effort, s.seed, s.repeats, s.repeats == 1 ? "" : "s", s.users, s.articles,
        s.comments);
    return out;
}

std::string validity(const results& found) {
    std::size_t invalid = 0, all = 0;
    for (const auto& e : found.experiments)
        for (const auto& r : e.records) {
            ++all;
            invalid += r.valid ? 0 : 1;
        }
    if (invalid == 0) return {};
    return fmt::format(
        "LEFT OUT: {} of {} records are not valid: the machine was busy with other things, or the "
        "load\n  generator too slow.\n",
        invalid, all);
}

}  // namespace

std::string to_text_report(const results& found) {
    std::string out;
    for (const auto& e : found.experiments) {
        out += fmt::format("{}: {}\n\n", e.name, question_of(e.name));
        out += e.modes.size() > mode_columns_max ? many_modes(e) : few_modes(e);
        out += '\n';
        for (const auto& verdict : verdicts_of(e)) out += "- " + verdict.en + '\n';
        for (const auto& reason : e.left_out) out += "- Left out: " + reason + ".\n";
        out += '\n';
    }
    return out + validity(found) + method(found);
}

std::vector<std::string> warnings_of(const results& found) {
    std::vector<std::string> out;
    for (const auto& e : found.experiments)
        for (const auto& r : e.records)
            for (const auto& doubt : r.doubts)
                out.push_back(fmt::format("{}, {}, {}, repeat {}: {}", e.name, r.scenario,
                                          e.modes[static_cast<std::size_t>(r.mode)], r.repeat + 1,
                                          doubt));
    return out;
}

std::string to_text_comparison(const results& before, const results& after) {
    std::vector<cells> rows{{"", "before", "after", ""}};
    for (const auto& e : after.experiments) {
        const auto old = std::ranges::find(before.experiments, e.name, &experiment_result::name);
        if (old == before.experiments.end()) continue;
        rows.push_back({e.name});
        for (const auto& c : e.comparisons) {
            const auto& mode = e.modes[static_cast<std::size_t>(c.mode)];
            const auto at = std::ranges::find(old->modes, mode);
            if (at == old->modes.end()) continue;
            const auto* const was =
                find_comparison(*old, c.scenario, c.metric, at - old->modes.begin());
            if (was == nullptr) continue;
            const bool apart =
                c.low_permille && was->low_permille &&
                (*c.low_permille > *was->high_permille || *c.high_permille < *was->low_permille);
            rows.push_back({fmt::format("  {}, {}: {}", c.scenario, mode, c.metric), to_text(*was),
                            to_text(c), apart ? "differs" : ""});
        }
    }
    return aligned(rows);
}

}  // namespace cleave::compare
