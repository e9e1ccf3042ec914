#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <compare/report.hpp>
#include <compare/statistics.hpp>
#include <contract/codec.hpp>
#include <fstream>
#include <span>
#include <system_error>

namespace cleave::compare {

namespace {

constexpr std::int64_t foreign_permille_max = 100;

struct metric {
    std::string_view name;
    std::string_view label;
    double (*of)(const run_result&);
    std::string (*text)(double);
};

// Three digits that count.
std::string number(double value) {
    const double size = std::abs(value);
    return size >= 100 || size == 0 ? fmt::format("{:.0f}", value)
           : size >= 10             ? fmt::format("{:.1f}", value)
           : size >= 1              ? fmt::format("{:.2f}", value)
                                    : fmt::format("{:.3f}", value);
}

std::string grouped(std::int64_t value) {
    std::string out = std::to_string(value);
    for (auto at = static_cast<std::ptrdiff_t>(out.size()) - 3; at > 0; at -= 3)
        out.insert(static_cast<std::size_t>(at), ",");
    return out;
}

std::string milliseconds(double ns) {
    return number(ns / 1e6) + " ms";
}
std::string seconds(double us) {
    return number(us / 1e6) + " s";
}
std::string mebibytes(double kib) {
    return number(kib / 1024) + " MiB";
}
std::string per_second(double per_1000_s) {
    return grouped(std::llround(per_1000_s / 1'000)) + "/s";
}

constexpr metric at_rate[] = {
    {"p50_ns", "latency p50",
     [](const run_result& r) { return static_cast<double>(r.open_loop.from_intended.p50_ns); },
     milliseconds},
    {"p99_ns", "latency p99",
     [](const run_result& r) { return static_cast<double>(r.open_loop.from_intended.p99_ns); },
     milliseconds},
    {"cpu_us", "CPU seconds",
     [](const run_result& r) { return static_cast<double>(r.open_loop.cpu_us); }, seconds},
    {"pss_kib", "memory (PSS)",
     [](const run_result& r) { return static_cast<double>(r.open_loop.pss_kib); }, mebibytes}};

constexpr metric flat_out[] = {{"flat_out_per_1000_s", "throughput",
                                [](const run_result& r) {
                                    return r.flat_out
                                               ? static_cast<double>(r.flat_out->goodput_per_1000_s)
                                               : 0;
                                },
                                per_second}};

// By mode, of repeats that all modes finished: only those can be compared.
std::vector<std::vector<double>> values_of(const results& found, const metric& m) {
    std::vector<std::vector<double>> out(found.modes.size());
    std::int64_t repeats = 0;
    for (const auto& r : found.runs) repeats = std::max(repeats, r.repeat + 1);
    for (std::int64_t repeat = 0; repeat < repeats; ++repeat) {
        std::vector<const run_result*> of_repeat(found.modes.size());
        for (const auto& r : found.runs)
            if (r.repeat == repeat) of_repeat[static_cast<std::size_t>(r.mode)] = &r;
        if (std::ranges::count(of_repeat, nullptr) > 0) continue;
        for (std::size_t i = 0; i < out.size(); ++i) out[i].push_back(m.of(*of_repeat[i]));
    }
    return out;
}

std::vector<double> values_of_mode(const results& found, const metric& m, std::size_t mode) {
    std::vector<double> out;
    for (const auto& r : found.runs)
        if (r.mode == static_cast<std::int64_t>(mode)) out.push_back(m.of(r));
    return out;
}

ratio ratio_to_first(const results& found, const std::vector<std::vector<double>>& values,
                     std::size_t mode) {
    return ratio_of(values[0], values[mode], static_cast<std::uint64_t>(found.settings.seed));
}

ratio_result to_result(const metric& m, std::size_t mode, const ratio& r) {
    const auto permille = [](double value) { return std::llround(value * 1'000); };
    ratio_result out{std::string(m.name), static_cast<std::int64_t>(mode), permille(r.value)};
    if (r.range) {
        out.low_permille = permille(r.range->low);
        out.high_permille = permille(r.range->high);
    }
    out.is_significant = r.is_significant();
    return out;
}

using cells = std::vector<std::string>;

cells row_of(const results& found, const metric& m) {
    const auto values = values_of(found, m);
    const bool comparable = !values[0].empty();
    cells out{"  " + std::string(m.label)};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto shown = comparable ? values[i] : values_of_mode(found, m, i);
        out.push_back(shown.empty() ? "-" : m.text(geometric_mean(shown)));
    }
    for (std::size_t i = 1; i < values.size(); ++i)
        out.push_back(comparable ? to_text(ratio_to_first(found, values, i)) : "-");
    return out;
}

cells wrong_row(const results& found, const answers& (*of)(const run_result&)) {
    cells out{"  wrong answers"};
    for (std::size_t i = 0; i < found.modes.size(); ++i) {
        std::int64_t wrong = 0, all = 0;
        for (const auto& r : found.runs) {
            if (r.mode != static_cast<std::int64_t>(i)) continue;
            wrong += of(r).wrong();
            all += of(r).wrong() + of(r).right;
        }
        out.push_back(fmt::format("{} of {}", grouped(wrong), grouped(all)));
    }
    return out;
}

// The first column to the left, the others to the right; a row of one cell is a heading.
std::string aligned(const std::vector<cells>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows)
        for (std::size_t i = 0; row.size() > 1 && i < row.size(); ++i) {
            if (widths.size() <= i) widths.push_back(0);
            widths[i] = std::max(widths[i], row[i].size());
        }
    std::string out;
    for (const auto& row : rows) {
        std::string line = row.size() > 1 ? fmt::format("{:<{}}", row[0], widths[0]) : row[0];
        for (std::size_t i = 1; i < row.size(); ++i)
            line += fmt::format("   {:>{}}", row[i], widths[i]);
        out += line + '\n';
    }
    return out;
}

std::int64_t foreign_permille(const run_result& r) {
    return std::max(r.open_loop.foreign_cpu_permille,
                    r.flat_out ? r.flat_out->foreign_cpu_permille : 0);
}

// Who copies the table copies this with it.
std::string validity(const results& found) {
    const auto invalid = std::ranges::count_if(found.runs, [](const run_result& r) {
        return r.open_loop.generator.was_bottleneck || foreign_permille(r) > foreign_permille_max;
    });
    if (invalid == 0) return {};
    return fmt::format(
        "NOT VALID: in {} of {} runs the machine was busy with other things, or the load generator "
        "too slow.\n",
        invalid, found.runs.size());
}

std::string method(const results& found) {
    const auto& s = found.settings;
    const auto& m = found.machine;
    const bool few = s.repeats < static_cast<std::int64_t>(bootstrap_pairs_min);
    std::string out = fmt::format(
        "Fixed rate: {} s open loop, Poisson arrivals, after {} s of warm-up; latency from the "
        "intended time;\n  CPU and memory of all processes together.\n",
        s.duration_s, s.warm_up_s);
    if (s.flat_out_s > 0)
        out += fmt::format("Flat out: {} s closed loop, {} connections.\n", s.flat_out_s,
                           s.flat_out_connections);
    out += s.repeats == 1 ? "Values: of one repeat.\n"
                          : fmt::format(
                                "Values: geometric means of {} alternating repeats; ratios: "
                                "with their 95 % interval ({}).\n",
                                s.repeats, few ? "Student's t" : "bootstrap");
    // A part of every latency that is not the system's: the generator must be woken to send.
    std::vector<std::int64_t> lateness;
    for (const auto& r : found.runs) lateness.push_back(r.open_loop.generator.lateness_p50_ns);
    std::ranges::sort(lateness);
    out += fmt::format(
        "Machine: {}, {} cores, {:.1f} GiB, {}; data on {};\n  system on core {}, {}, late by {} "
        "(p50)\n",
        m.cpu, m.cores, static_cast<double>(m.memory_mib) / 1024, m.kernel, m.file_system,
        m.system_cores,
        m.generator_apart ? "generator on core " + m.generator_cores : "generator beside it",
        milliseconds(static_cast<double>(percentile(lateness, 0.5))));
    out += fmt::format("Run: {}; {};\n  seed {}; {} users, {} articles, {} comments\n", s.date,
                       s.build, s.seed, s.users, s.articles, s.comments);
    return out;
}

}  // namespace

std::vector<ratio_result> ratios_of(const results& found) {
    std::vector<ratio_result> out;
    const auto add = [&](std::span<const metric> metrics) {
        for (const auto& m : metrics) {
            const auto values = values_of(found, m);
            for (std::size_t i = 1; i < values.size() && !values[0].empty(); ++i)
                out.push_back(to_result(m, i, ratio_to_first(found, values, i)));
        }
    };
    add(at_rate);
    if (found.settings.flat_out_s > 0) add(flat_out);
    return out;
}

std::string to_table(const results& found) {
    cells head{""};
    head.insert(head.end(), found.modes.begin(), found.modes.end());
    for (std::size_t i = 1; i < found.modes.size(); ++i)
        head.push_back(fmt::format("{} / {}", found.modes[i], found.modes[0]));
    std::vector<cells> rows{std::move(head)};
    const auto rate = static_cast<double>(found.settings.rate_per_1000_s) / 1'000;
    rows.push_back({fmt::format("at {:g} requests/s", rate)});
    for (const auto& m : at_rate) rows.push_back(row_of(found, m));
    rows.push_back(wrong_row(
        found, [](const run_result& r) -> const answers& { return r.open_loop.answered; }));
    if (found.settings.flat_out_s > 0) {
        rows.push_back({"flat out"});
        for (const auto& m : flat_out) rows.push_back(row_of(found, m));
        rows.push_back(wrong_row(found, [](const run_result& r) -> const answers& {
            static const answers none;
            return r.flat_out ? r.flat_out->answered : none;
        }));
    }
    return aligned(rows) + '\n' + validity(found) + method(found);
}

std::vector<std::string> warnings_of(const results& found) {
    std::vector<std::string> out;
    const auto say = [&](const run_result& r, const std::string& what) {
        out.push_back(fmt::format("{}, repeat {}: {}",
                                  found.modes[static_cast<std::size_t>(r.mode)], r.repeat + 1,
                                  what));
    };
    for (const auto& r : found.runs) {
        const auto& open = r.open_loop;
        if (open.generator.was_bottleneck)
            say(r, fmt::format("the load generator could not keep up: busy {} %, lateness p99 {}",
                               open.generator.busy_permille / 10,
                               milliseconds(static_cast<double>(open.generator.lateness_p99_ns))));
        if (const auto foreign = foreign_permille(r); foreign > foreign_permille_max)
            say(r, fmt::format("other programs used {} % of the system's cores", foreign / 10));
        if (r.flat_out && r.flat_out->generator.was_bottleneck)
            say(r, "flat out, the load generator was the limit: the system can do more");
        if (open.processes_changed) say(r, "a process ended or was started meanwhile");
        if (!r.stopped_in_good_order) say(r, "it had to be killed");
    }
    return out;
}

void write_results(const results& found, const std::filesystem::path& directory) {
    std::filesystem::create_directories(directory);
    const auto file = directory / "results.json";
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << encode(found) << '\n';
    out.close();
    if (!out) throw std::system_error(errno, std::generic_category(), file.string());
}

}  // namespace cleave::compare
