// report.html: its tables are written here; report/report.js draws charts from the same numbers
// with Chart.js (https://www.chartjs.org/, MIT), which it carries along.
#include <fmt/format.h>

#include <algorithm>
#include <compare/comparison.hpp>
#include <compare/experiment.hpp>
#include <compare/korean.hpp>
#include <compare/report.hpp>
#include <compare/report_parts.hpp>
#include <contract/codec.hpp>
#include <map>

// Of report/embedded.S.
extern "C" {
extern const char cleave_report_style[], cleave_report_style_end[];
extern const char cleave_report_script[], cleave_report_script_end[];
extern const char cleave_report_chart[], cleave_report_chart_end[];
}

namespace cleave::compare {

namespace {

std::string ratio_cell(const experiment_result& of, const std::string& scenario,
                       const metric_facts& metric, std::size_t mode) {
    const auto* const c =
        find_comparison(of, scenario, metric.name, static_cast<std::int64_t>(mode));
    if (c == nullptr) return "<td class=\"soft\">-</td>";
    if (c->low_permille && !c->is_significant)
        return fmt::format("<td class=\"soft\">{}</td>",
                           both("no significant difference", "유의미한 차이 없음"));
    return fmt::format("<td class=\"{}\">{}</td>", class_of(*c, metric), escaped(to_text(*c)));
}

// Rows are metrics; a mode has its value and its ratio side by side.
std::string table(const experiment_result& of) {
    std::string out = "<div class=\"wide\"><table><thead><tr><th></th>";
    for (std::size_t i = 0; i < of.modes.size(); ++i) {
        out += fmt::format("<th>{}</th>", name_of(of, of.modes[i]));
        if (i > 0) out += fmt::format("<th>/ {}</th>", name_of(of, of.modes[0]));
    }
    out += "</tr></thead><tbody>";
    for (const auto& scenario : scenarios_of(of)) {
        out += fmt::format("<tr class=\"scenario\"><th colspan=\"{}\">{}</th></tr>",
                           2 * of.modes.size(), name_of(of, scenario));
        for (const auto& metric : of.metrics) {
            std::string row = fmt::format("<tr><td>{}</td>", both(metric.label, metric.label_ko));
            bool any = false;
            for (std::size_t i = 0; i < of.modes.size(); ++i) {
                const auto values =
                    values_of(of, scenario, metric.name, static_cast<std::int64_t>(i));
                any = any || !values.empty();
                row += fmt::format("<td>{}</td>",
                                   values.empty() ? "-" : to_text(typical(values), metric.unit));
                if (i > 0) row += ratio_cell(of, scenario, metric, i);
            }
            if (any) out += row + "</tr>";
        }
    }
    return out + "</tbody></table></div>";
}

// Rows are modes, each with what it is compared with.
std::string table_of_many(const experiment_result& of) {
    std::string out;
    for (const auto& scenario : scenarios_of(of)) {
        const auto metrics = main_metrics(of, scenario);
        out += fmt::format("<div class=\"wide\"><table><thead><tr><th>{}</th><th>/</th>",
                           name_of(of, scenario));
        for (const auto& m : metrics)
            out += fmt::format("<th colspan=\"2\">{}</th>", both(m.label, m.label_ko));
        out += "</tr></thead><tbody>";
        for (std::size_t mode = 0; mode < of.modes.size(); ++mode) {
            if (!has_any(of, scenario, mode)) continue;
            const auto base = base_of(of, mode);
            out += fmt::format("<tr><td>{}</td><td>{}</td>", name_of(of, of.modes[mode]),
                               base == mode ? "" : name_of(of, of.modes[base]));
            for (const auto& m : metrics) {
                const auto values =
                    values_of(of, scenario, m.name, static_cast<std::int64_t>(mode));
                out += fmt::format("<td>{}</td>",
                                   values.empty() ? "-" : to_text(typical(values), m.unit));
                out += ratio_cell(of, scenario, m, mode);
            }
            out += "</tr>";
        }
        out += "</tbody></table></div>";
    }
    return out;
}

std::string figure(std::string_view kind, const experiment_result& of, const std::string& scenario,
                   std::string_view en, std::string_view ko) {
    return fmt::format(
        R"(<figure><figcaption>{}</figcaption><div class="plot"><canvas data-chart="{}" )"
        R"(data-experiment="{}" data-scenario="{}" role="img" aria-label="{} The table below has )"
        R"(the numbers."></canvas></div></figure>)",
        both(en, ko), kind, escaped(of.name), escaped(scenario), escaped(en));
}

std::string figures(const experiment_result& of) {
    std::string out;
    for (const auto& scenario : scenarios_of(of)) {
        const auto has = [&](std::string_view curve) {
            return std::ranges::any_of(of.records, [&](const record& r) {
                return r.scenario == scenario &&
                       std::ranges::find(r.curves, curve, &series::name) != r.curves.end();
            });
        };
        if (has("latency"))
            out += figure("latency", of, scenario, "Latency by percentile, " + scenario + ".",
                          "백분위별 지연, " + korean(scenario) + ".");
        if (has("wrong"))
            out += figure("timeline", of, scenario,
                          "Failed requests by tenths of a second, " + scenario + ".",
                          "0.1초마다 실패한 요청, " + korean(scenario) + ".");
    }
    if (of.name == "ladder" && !scenarios_of(of).empty())
        for (const auto& [kind, en, ko] :
             {std::tuple{"steps_cpu", "What each step adds to CPU a request.",
                         "단계마다 늘어나는 요청당 CPU."},
              {"steps_latency", "What each step adds to latency (p50).",
               "단계마다 늘어나는 지연(p50)."},
              {"steps_memory", "What each step adds to memory.", "단계마다 늘어나는 메모리."}})
            out += figure(kind, of, scenarios_of(of).front(), en, ko);
    return out;
}

std::string verdict_list(const experiment_result& of) {
    const auto verdicts = verdicts_of(of);
    if (verdicts.empty() && of.left_out.empty()) return {};
    std::string out = "<ul class=\"verdicts\">";
    for (const auto& v : verdicts) out += fmt::format("<li>{}</li>", both(v.en, v.ko));
    for (const auto& reason : of.left_out)
        out += fmt::format("<li class=\"soft\">{}: {}</li>", both("Left out", "생략"),
                           both(reason, korean(reason)));
    return out + "</ul>";
}

std::string section(const experiment_result& of) {
    std::string en = of.name, ko = of.name;
    if (const auto* const found = find_experiment(of.name)) {
        en = found->question;
        ko = found->question_ko;
    }
    return fmt::format(R"(<section id="{}"><h2>{}</h2>{}{}{}{}</section>)", escaped(of.name),
                       both(en, ko), verdict_list(of), figures(of),
                       of.modes.size() > mode_columns_max ? table_of_many(of) : table(of),
                       of.name == "cost" ? resources(of) : "");
}

std::string method(const results& found) {
    const auto& m = found.machine;
    const auto& s = found.settings;
    const auto en = fmt::format(
        "Open loop, Poisson arrivals, latency from the intended time of sending, exact "
        "percentiles, "
        "warm-up dropped; modes alternate (ABBA), {} repeats; ratios of geometric means with their "
        "95 % interval. A difference within what the first mode differs from itself counts as "
        "none. "
        "CPU and memory are of all processes together (PSS). {}, {} cores, {} MiB, {}; data on {}; "
        "system on core {}, generator on core {}. {}; {}; {}; seed {}; {} users, {} articles, {} "
        "comments.",
        s.repeats, m.cpu, m.cores, m.memory_mib, m.kernel, m.file_system, m.system_cores,
        m.generator_cores, s.build, s.date, s.effort, s.seed, s.users, s.articles, s.comments);
    const auto ko = fmt::format(
        "개방형 부하, 푸아송 도착, 보내려던 시각부터 잰 지연, 정확한 백분위, 예열 제외; 모드를 "
        "번갈아(ABBA) {}회 반복; "
        "기하평균의 비와 95 % 구간. 첫 모드가 자기 자신과 다른 만큼의 차이는 차이로 치지 않는다. "
        "CPU와 메모리는 모든 "
        "프로세스의 합(PSS). {}, 코어 {}개, {} MiB, {}; 데이터는 {}; 시스템은 코어 {}, 부하 "
        "생성기는 코어 {}. {}; {}; "
        "{}; 시드 {}; 사용자 {}명, 글 {}개, 댓글 {}개.",
        s.repeats, m.cpu, m.cores, m.memory_mib, m.kernel, m.file_system, m.system_cores,
        m.generator_cores, s.build, s.date, s.effort, s.seed, s.users, s.articles, s.comments);
    return "<section id=\"method\"><h2>" + both("Method", "방법") + "</h2><p>" + both(en, ko) +
           "</p><details><summary>" + both("All numbers (CSV)", "모든 수치(CSV)") +
           "</summary><pre>" + escaped(to_csv(found)) + "</pre></details></section>";
}

// For the charts: by the names in the results.
std::string korean_modes(const results& found) {
    std::map<std::string, std::string> names;
    for (const auto& e : found.experiments)
        for (const auto& m : e.modes) names.emplace(m, korean(m));
    std::string out;
    for (const auto& [en, ko] : names)
        out += fmt::format("{}{}:{}", out.empty() ? "{" : ",", encode(en), encode(ko));
    return out.empty() ? "{}" : out + "}";
}

// "</script>" and "<!--" cannot occur in it.
std::string for_script(std::string json) {
    std::string out;
    for (const char c : json) out += c == '<' ? std::string("\\u003c") : std::string(1, c);
    return out;
}

}  // namespace

std::string to_html(const results& found) {
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\" data-language=\"en\"><head><meta "
        "charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\"><title>cleave compare</title><style>";
    out.append(cleave_report_style, cleave_report_style_end);
    out += "</style></head><body><p><button id=\"language\">English / 한국어</button></p><h1>" +
           both("One program, both architectures", "한 프로그램, 두 아키텍처") + "</h1><nav>";
    for (const auto& e : found.experiments)
        out += fmt::format("<a href=\"#{0}\">{0}</a>", escaped(e.name));
    out += "</nav>" + summary(found);
    for (const auto& e : found.experiments) out += section(e);
    out += method(found);
    out += "<script type=\"application/json\" id=\"korean\">" + for_script(korean_modes(found)) +
           "</script><script type=\"application/json\" id=\"results\">" +
           for_script(encode(found)) + "</script><script>";
    out.append(cleave_report_chart, cleave_report_chart_end);
    out += "</script><script>";
    out.append(cleave_report_script, cleave_report_script_end);
    out += "</script></body></html>\n";
    return out;
}

}  // namespace cleave::compare
