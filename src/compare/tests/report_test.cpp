#include <catch2/catch.hpp>
#include <cmath>
#include <compare/comparison.hpp>
#include <compare/experiments.hpp>
#include <compare/korean.hpp>
#include <compare/report.hpp>
#include <compare/report_parts.hpp>
#include <contract/codec.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <support/scratch_folder.hpp>

#include "made_results.hpp"

using namespace cleave;
using namespace cleave::compare;
using namespace cleave::compare::test;
using Catch::Contains;

TEST_CASE("the report says what each mode costs, and how sure it is") {
    auto e = twice_as_long();
    e.left_out = {"the moon: it is too far"};
    const auto text = to_text_report(whole(e));
    for (const auto* part : {"cost: What does the same work cost?", "500 requests/s", "latency p50",
                             "0.200 ms", "0.400 ms", "split / monolith", "2.00 (1.9", "A CPU",
                             "- 500 requests/s, split beside monolith: latency p50 2.00 times.",
                             "- Left out: the moon: it is too far."})
        CHECK_THAT(text, Contains(part));
}

TEST_CASE("what spoils a record is said, and it is left out") {
    auto e = twice_as_long();
    e.records[0].valid = false;
    e.records[0].doubts = {"the load generator could not keep up"};
    const auto all = whole(e);
    CHECK_THAT(to_text_report(all), Contains("LEFT OUT: 1 of 6 records"));
    const auto said = warnings_of(all);
    REQUIRE(said.size() == 1);
    CHECK(said.front() ==
          "cost, 500 requests/s, monolith, repeat 1: the load generator could not keep up");
}

TEST_CASE("results are read back as they were") {
    const cleave::test::scratch_folder scratch;
    const auto folder = scratch.path() / "deeper";
    const auto found = whole(twice_as_long());
    write_results(found, folder);
    const auto back = read_results(folder);
    CHECK(encode(back) == encode(found));
    CHECK(to_text_report(back) == to_text_report(found));

    std::ifstream csv(folder / "results.csv");
    std::string line;
    std::getline(csv, line);
    CHECK(line == "experiment,scenario,mode,repeat,metric,unit,value,valid\r");
    std::getline(csv, line);
    CHECK(line == "cost,500 requests/s,monolith,1,p50_ns,ns,200000,true\r");

    std::ofstream(folder / "results.json") << R"({"schema":1})";
    CHECK_THROWS_WITH(read_results(folder), Contains("no results.json of schema 3"));
    CHECK_THROWS_WITH(read_results(folder / "none"), Contains("cannot be read"));
}

TEST_CASE("a file that speaks of modes it does not have is refused") {
    const cleave::test::scratch_folder scratch;
    const auto refused = [&](auto change) {
        auto found = whole(twice_as_long());
        change(found.experiments.front());
        std::ofstream(scratch.path() / "results.json") << encode(found);
        CHECK_THROWS_WITH(read_results(scratch.path()), Contains("modes that it does not have"));
    };
    refused([](experiment_result& e) { e.records[0].mode = 2; });
    refused([](experiment_result& e) { e.comparisons[0].mode = -1; });
    refused([](experiment_result& e) { e.bases[1] = 2; });
    refused([](experiment_result& e) { e.bases.pop_back(); });
    refused([](experiment_result& e) { e.again = 7; });
}

TEST_CASE("the page needs no other file, and nothing ends its script early") {
    auto e = twice_as_long();
    e.records[0].doubts = {"</script><script>alert(1)</script>"};
    e.left_out = {"<b>bold</b> & more"};
    const auto page = to_html(whole(e));
    CHECK_THAT(page, Contains("&lt;b&gt;bold&lt;/b&gt; &amp; more"));
    CHECK_THAT(page, !Contains("<script>alert(1)"));
    CHECK_THAT(page, Contains("같은 일에 드는 비용은 얼마인가?"));
    CHECK_THAT(page, !Contains("src=\"http") && !Contains("href=\"http"));
    CHECK_THAT(page, Contains("data-chart=\"timeline\""));
}

TEST_CASE("a budget names what is out of it") {
    const cleave::test::scratch_folder scratch;
    const auto found = whole(twice_as_long());
    const auto with = [&](std::string_view limits, std::string_view mode = "split") {
        const auto file = scratch.path() / "budget.toml";
        std::ofstream(file) << "[[ratio]]\nexperiment = \"cost\"\nscenario = \"500 requests/s\"\n"
                            << "metric = \"p50_ns\"\nmode = \"" << mode << "\"\n"
                            << limits << "\n";
        return out_of_budget(found, file);
    };
    CHECK(with("max = 2.5").empty());
    CHECK(with("min = 1.5").empty());
    REQUIRE(with("max = 1.5").size() == 1);
    CHECK_THAT(with("max = 1.5").front(), Contains("2.00 is more than 1.5"));
    CHECK_THAT(with("min = 2.5").front(), Contains("2.00 is less than 2.5"));
    CHECK_THROWS_WITH(with(""), Contains("neither max nor min"));
    CHECK_THROWS_WITH(with("max = 2", "spilt"), Contains("there is no ratio of cost"));
}

TEST_CASE("what cannot be measured is refused with a sentence") {
    options good;
    good.binary = "/bin/sh";
    good = complete(good);
    CHECK_FALSE(problem_with(good));
    const auto refused = [&](auto change) {
        auto changed = good;
        change(changed);
        return problem_with(changed).value_or("");
    };
    CHECK_THAT(refused([](options& o) { o.modes = {"monolith", "spilt"}; }), Contains("'spilt'"));
    CHECK_THAT(refused([](options& o) { o.modes = {}; }), Contains("at least one mode"));
    CHECK_THAT(refused([](options& o) { o.experiments = {"costs"}; }), Contains("'costs'"));
    CHECK_THAT(refused([](options& o) { o.rates_per_s = {0}; }), Contains("rate"));
    CHECK_THAT(refused([](options& o) { o.rates_per_s = {std::nan("")}; }), Contains("rate"));
    CHECK_THAT(refused([](options& o) { o.repeats = -1; }), Contains("repeats"));
    CHECK_THAT(refused([](options& o) { o.duration = std::chrono::seconds(0); }),
               Contains("duration"));
    CHECK_THAT(refused([](options& o) { o.cores = {123'456}; }), Contains("core 123456"));
    CHECK_THAT(refused([](options& o) { o.scratch = "/no/such/place"; }),
               Contains("/no/such/place"));
    CHECK_THAT(refused([](options& o) { o.out = "/proc/nothing"; }), Contains("/proc/nothing"));
    CHECK_THAT(refused([](options& o) { o.out = "/dev/null"; }), Contains("no directory"));
    CHECK_THAT(refused([](options& o) { o.binary = "/no/such/program"; }),
               Contains("cannot be executed"));
}

TEST_CASE("modes and sentences are there in Korean too") {
    options full;
    full.how_much = effort::full;
    full.modes = {"classic", "monolith", "split", "split:comments,stats"};
    full = complete(full);
    for (const auto& e : experiments())
        for (const auto& m : e.modes(full)) {
            INFO(e.name << ": " << m.name);
            CHECK(has_korean(m.name));
        }
    CHECK(korean("users killed") == "users 강제 종료");
    CHECK(korean("500 requests/s") == "500건/초");
    CHECK(korean("grouped") == "grouped");
    CHECK_FALSE(has_korean("grouped"));

    const auto said = verdicts_of(twice_as_long());
    REQUIRE(said.size() == 1);
    CHECK(said.front().en == "500 requests/s, split beside monolith: latency p50 2.00 times.");
    CHECK(said.front().ko == "500건/초, split (기준: monolith): 지연 p50 2.00배.");
    const auto once = verdicts_of(found_in({record_of(0, 0, 100), record_of(1, 0, 200)}));
    REQUIRE(once.size() == 1);
    CHECK(once.front().en == "One repeat cannot tell a difference from chance.");
    CHECK(once.front().ko == "한 번 재어서는 차이와 우연을 가를 수 없음.");
}

TEST_CASE("the summary has the largest differences, and says how many more there are") {
    auto e = twice_as_long();
    CHECK_THAT(summary(whole(e)), Contains("2.00 (1.9") && !Contains("smaller ones"));
    const auto one = e.comparisons.front();
    for (std::int64_t i = 0; i < 9; ++i) {
        e.comparisons.push_back(one);
        e.comparisons.back().ratio_permille = 1'100 + 10 * i;
    }
    const auto text = summary(whole(e));
    CHECK_THAT(text, Contains("and 2 smaller ones in the tables") && Contains("2.00 (1.9"));
    CHECK_THAT(text, Contains("1.12 (") && !Contains("1.11 ("));
    CHECK_THAT(text, Contains("Nothing significant."));  // it buys nothing
}

TEST_CASE("each experiment has a name, a question in two languages, and units") {
    std::vector<std::string_view> names;
    for (const auto& e : experiments()) {
        CHECK(std::ranges::find(names, e.name) == names.end());
        names.push_back(e.name);
        CHECK_FALSE(e.question.empty());
        CHECK_FALSE(e.question_ko.empty());
        for (const auto& m : e.metrics) {
            CHECK_FALSE(m.label.empty());
            CHECK_FALSE(m.label_ko.empty());
            CHECK_THAT(m.better, Contains("lower") || Contains("higher") || Contains("neither"));
            CHECK_FALSE(to_text(1, m.unit).empty());
        }
    }
    CHECK(names.size() == 9);
}
