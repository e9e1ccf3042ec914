#include "figures.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <string_view>

namespace cleave::bench {

namespace {

std::string number(double value) {
    if (value >= 1000) return fmt::format("{:.0f}", value);
    return fmt::format("{:.{}f}", value, value >= 10 ? 1 : 2);
}

std::string target_of(const figure& f) {
    if (f.at_least) return "at least " + number(*f.at_least);
    if (f.at_most) return "at most " + number(*f.at_most);
    return {};
}

}  // namespace

figures::figures(std::string title, int argc, char** argv) : title_(std::move(title)) {
    for (int i = 1; i + 1 < argc; ++i)
        if (std::string_view(argv[i]) == "--json") json_file_ = argv[i + 1];
}

int figures::tell() const {
    fmt::print("{}\n\n", title_);
    for (const auto& f : all_)
        fmt::print("{:<52} {:>10} {:<11} {}{}\n", f.name, number(f.value), f.unit, target_of(f),
                   f.is_missed() ? "  MISSED" : "");
    if (json_file_.empty()) return 0;
    boost::json::array rows;
    for (const auto& f : all_) {
        boost::json::object row{{"name", f.name}, {"value", f.value}, {"unit", f.unit}};
        if (f.at_least) row["at_least"] = *f.at_least;
        if (f.at_most) row["at_most"] = *f.at_most;
        rows.push_back(std::move(row));
    }
    const boost::json::object all{{"title", title_}, {"figures", std::move(rows)}};
    std::ofstream out(json_file_);
    out << boost::json::serialize(all) << '\n';
    return out ? 0 : 1;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

}  // namespace cleave::bench
