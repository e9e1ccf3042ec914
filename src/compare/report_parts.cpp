#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare/experiments.hpp>
#include <compare/korean.hpp>
#include <compare/processes.hpp>
#include <compare/report_parts.hpp>
#include <functional>

namespace cleave::compare {

namespace {

constexpr std::size_t summary_max = 8;  // of each list; the tables have all

// What a mode costs beside another one that it is no alternative to is not part of the answer.
constexpr std::string_view not_in_summary[] = {"ladder", "extract", "scale"};

struct difference {
    double size;  // of the ratio's logarithm
    std::string text;
};

std::string list_of(std::vector<difference> all) {
    if (all.empty()) return "<p>" + both("Nothing significant.", "유의미한 것 없음.") + "</p>";
    std::ranges::sort(all, std::greater<>(), &difference::size);
    std::string out = "<ul>";
    for (std::size_t i = 0; i < std::min(all.size(), summary_max); ++i)
        out += "<li>" + all[i].text + "</li>";
    if (const auto more = all.size() - std::min(all.size(), summary_max); more > 0)
        out += fmt::format("<li class=\"soft\">{}</li>",
                           both(fmt::format("and {} smaller ones in the tables", more),
                                fmt::format("그 밖에 더 작은 {}개는 표에", more)));
    return out + "</ul>";
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) switch (c) {
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '&': out += "&amp;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    return out;
}

std::string both(std::string_view en, std::string_view ko) {
    if (en == ko) return escaped(en);
    return fmt::format(R"(<span lang="en">{}</span><span lang="ko">{}</span>)", escaped(en),
                       escaped(ko));
}

std::string name_of(const experiment_result& of, std::string_view name) {
    return of.name == own_routes().name ? escaped(name) : both(name, korean(name));
}

std::string_view class_of(const comparison& c, const metric_facts& metric) {
    if (!c.low_permille || !c.is_significant) return "soft";
    return (c.ratio_permille < 1'000) == (metric.better == "lower") ? "less" : "more";
}

std::string summary(const results& found) {
    std::vector<difference> costs, buys;
    for (const auto& e : found.experiments) {
        if (std::ranges::find(not_in_summary, e.name) != std::end(not_in_summary)) continue;
        for (const auto& c : e.comparisons) {
            const auto metric = std::ranges::find(e.metrics, c.metric, &metric_facts::name);
            if (!c.low_permille || !c.is_significant || e.again == c.mode ||
                metric == e.metrics.end() || !is_headline(c.metric))
                continue;
            auto& to = class_of(c, *metric) == "less" ? buys : costs;
            to.push_back(
                {std::abs(std::log(static_cast<double>(c.ratio_permille) / 1e3)),
                 fmt::format("{}, {}: {} {}", name_of(e, e.modes[static_cast<std::size_t>(c.mode)]),
                             name_of(e, c.scenario), both(metric->label, metric->label_ko),
                             escaped(to_text(c)))});
        }
    }
    return "<section id=\"summary\"><h2>" +
           both("What splitting costs here", "여기서 분리에 드는 비용") + "</h2>" +
           list_of(std::move(costs)) + "<h2>" + both("What it buys here", "여기서 분리로 얻는 것") +
           "</h2>" + list_of(std::move(buys)) + "<p class=\"soft\">" +
           both("Times what the first mode has, with the 95 % interval.",
                "첫 모드의 몇 배인지, 95 % 구간과 함께.") +
           "</p></section>";
}

std::string resources(const experiment_result& of) {
    const auto rows = processes_of(of);
    if (rows.empty()) return {};
    std::string out = fmt::format(
        "<h3>{}, {}</h3><div class=\"wide\"><table class=\"resources\"><thead><tr>",
        both("What each process uses", "프로세스마다 쓰는 것"), name_of(of, rows.front().scenario));
    for (const auto& [en, ko] : {std::pair{"", ""},
                                 {"CPU a request", "요청당 CPU"},
                                 {"context switches a request", "요청당 문맥 전환"},
                                 {"memory (PSS)", "메모리(PSS)"},
                                 {"threads", "스레드"},
                                 {"CPU of writing, by module", "쓰기에 든 CPU, 모듈별"}})
        out += fmt::format("<th>{}</th>", both(en, ko));
    out += "</tr></thead><tbody>";
    std::string mode;
    for (const auto& row : rows) {
        if (row.mode != mode)
            out += fmt::format("<tr class=\"scenario\"><th colspan=\"6\">{}</th></tr>",
                               name_of(of, row.mode));
        mode = row.mode;
        out += fmt::format("<tr><td>{}</td>", escaped(row.process));
        for (const auto& cell : cells_of(row)) out += fmt::format("<td>{}</td>", escaped(cell));
        out += "</tr>";
    }
    return out + "</tbody></table></div>";
}

}  // namespace cleave::compare
