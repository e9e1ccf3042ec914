#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <compare/comparison.hpp>
#include <compare/report.hpp>
#include <contract/codec.hpp>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace cleave::compare {

namespace {

void write_file(const std::filesystem::path& file, const std::string& text) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) throw std::system_error(errno, std::generic_category(), file.string());
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + '"';
}

// Whether all that names a mode by its number names one that there is.
bool names_modes(const results& all) {
    for (const auto& e : all.experiments) {
        const auto is_mode = [&](std::int64_t i) {
            return i >= 0 && static_cast<std::size_t>(i) < e.modes.size();
        };
        const auto has_mode = [&](const auto& one) { return is_mode(one.mode); };
        if (e.bases.size() != e.modes.size() || !std::ranges::all_of(e.bases, is_mode) ||
            !std::ranges::all_of(e.records, has_mode) ||
            !std::ranges::all_of(e.comparisons, has_mode) || (e.again && !is_mode(*e.again)))
            return false;
    }
    return true;
}

}  // namespace

std::string to_csv(const results& found) {
    std::string out = "experiment,scenario,mode,repeat,metric,unit,value,valid\r\n";
    for (const auto& e : found.experiments)
        for (const auto& r : e.records)
            for (const auto& v : r.values) {
                const auto facts = std::ranges::find(e.metrics, v.metric, &metric_facts::name);
                out += fmt::format("{},{},{},{},{},{},{},{}\r\n", e.name, csv_field(r.scenario),
                                   csv_field(e.modes[static_cast<std::size_t>(r.mode)]),
                                   r.repeat + 1, v.metric,
                                   facts == e.metrics.end() ? "" : facts->unit, v.value, r.valid);
            }
    return out;
}

void write_results(const results& found, const std::filesystem::path& directory) {
    std::filesystem::create_directories(directory);
    write_file(directory / "results.json", encode(found) + '\n');
    write_file(directory / "results.csv", to_csv(found));
    write_file(directory / "report.html", to_html(found));
}

results read_results(const std::filesystem::path& directory_or_file) {
    const auto file = std::filesystem::is_directory(directory_or_file)
                          ? directory_or_file / "results.json"
                          : directory_or_file;
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error(fmt::format("{} cannot be read", file.string()));
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto out = decode<results>(text);
    if (!out || out->schema != results_schema)
        throw std::runtime_error(
            fmt::format("{} is no results.json of schema {}", file.string(), results_schema));
    if (!names_modes(*out))
        throw std::runtime_error(
            fmt::format("{} speaks of modes that it does not have", file.string()));
    return std::move(*out);
}

std::vector<std::string> out_of_budget(const results& found, const std::filesystem::path& budget) {
    toml::table file;
    try {
        file = toml::parse_file(budget.string());
    } catch (const toml::parse_error& e) {
        throw std::runtime_error(fmt::format("{}: {}", budget.string(), e.description()));
    }
    const auto* const rows = file["ratio"].as_array();
    if (rows == nullptr || rows->empty())
        throw std::runtime_error(budget.string() + " has no [[ratio]]");
    std::vector<std::string> out;
    for (const auto& row : *rows) {
        const auto& table = *row.as_table();
        const auto text = [&](std::string_view key) {
            const auto value = table[key].value<std::string>();
            if (!value) throw std::runtime_error(fmt::format("a [[ratio]] has no {}", key));
            return *value;
        };
        const auto name = text("experiment"), scenario = text("scenario"), metric = text("metric"),
                   mode = text("mode");
        const auto max = table["max"].value<double>(), min = table["min"].value<double>();
        if (!max && !min) throw std::runtime_error("a [[ratio]] has neither max nor min");
        const auto e = std::ranges::find(found.experiments, name, &experiment_result::name);
        const comparison* c = nullptr;
        if (e != found.experiments.end())
            if (const auto at = std::ranges::find(e->modes, mode); at != e->modes.end())
                c = find_comparison(*e, scenario, metric, at - e->modes.begin());
        const auto what = fmt::format("{}, {}, {}, {}", name, scenario, mode, metric);
        if (c == nullptr) throw std::runtime_error("there is no ratio of " + what);
        const auto ratio = static_cast<double>(c->ratio_permille) / 1e3;
        if (max && ratio > *max)
            out.push_back(fmt::format("{}: {:.2f} is more than {:g}", what, ratio, *max));
        if (min && ratio < *min)
            out.push_back(fmt::format("{}: {:.2f} is less than {:g}", what, ratio, *min));
    }
    return out;
}

}  // namespace cleave::compare
