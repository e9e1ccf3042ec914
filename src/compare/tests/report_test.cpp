#include <catch2/catch.hpp>
#include <cmath>
#include <compare/comparison.hpp>
#include <compare/experiments.hpp>
#include <compare/report.hpp>
#include <compare/seeded.hpp>
#include <contract/codec.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <support/scratch_folder.hpp>

using namespace cleave;
using namespace cleave::compare;
using Catch::Contains;

namespace {

const metric_facts p50{"p50_ns", "latency p50", "지연 p50", "ns"};
const metric_facts wrong{"wrong", "wrong answers", "잘못된 응답", "count"};

record record_of(std::int64_t mode, std::int64_t repeat, std::int64_t p50_ns,
                 std::int64_t wrong_answers = 0) {
    record out;
    out.scenario = "500 requests/s";
    out.mode = mode;
    out.repeat = repeat;
    out.add("p50_ns", p50_ns);
    out.add("answers", 1'000);
    out.add("wrong", wrong_answers);
    out.curves = {{"wrong", "ms", "count", {{0, 1}, {100, 0}}}};
    return out;
}

experiment_result found_in(std::vector<record> records) {
    experiment_result out;
    out.name = "cost";
    out.modes = {"monolith", "split"};
    out.bases = {0, 0};
    out.metrics = {p50, wrong};
    out.records = std::move(records);
    out.comparisons = compare_modes(out, 1);
    return out;
}

// Three repeats, in each of which the split takes twice as long.
experiment_result twice_as_long() {
    return found_in({record_of(0, 0, 200'000), record_of(1, 0, 400'000), record_of(0, 1, 210'000),
                     record_of(1, 1, 419'000), record_of(0, 2, 190'000), record_of(1, 2, 381'000)});
}

results whole(experiment_result e) {
    results out;
    out.machine = {"A CPU", 2, 16'384, "Linux 6.1", "ext4", "0", "1", true};
    out.settings.build = "cleave 1.0 (clang 19, release)";
    out.settings.date = "2026-01-02T03:04:05.678Z";
    out.settings.repeats = 3;
    out.experiments.push_back(std::move(e));
    return out;
}

// A planted ratio in `pairs` noisy repeats.
experiment_result planted(double factor, std::uint64_t seed, std::int64_t pairs) {
    seeded random(seed);
    const auto noisy = [&](double value) {
        return std::llround(value * (0.97 + 0.06 * random.unit()));
    };
    std::vector<record> records;
    for (std::int64_t i = 0; i < pairs; ++i) {
        records.push_back(record_of(0, i, noisy(200'000)));
        records.push_back(record_of(1, i, noisy(200'000 * factor)));
    }
    return found_in(std::move(records));
}

}  // namespace

TEST_CASE("a planted slowdown is found, a planted nothing is not") {
    int found = 0, alarms = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const auto slow = planted(1.3, seed, 5);
        const auto* const c = find_comparison(slow, "500 requests/s", "p50_ns", 1);
        REQUIRE(c);
        CHECK(c->ratio_permille == Approx(1'300).margin(60));
        found += c->is_significant ? 1 : 0;
        const auto same = planted(1, seed + 1'000, 5);
        alarms += find_comparison(same, "500 requests/s", "p50_ns", 1)->is_significant ? 1 : 0;
    }
    CHECK(found == 40);
    CHECK(alarms <= 6);  // of a 95 % interval, 2 are expected
}

TEST_CASE("a difference within the noise is none") {
    auto e = twice_as_long();
    e.modes.emplace_back("monolith again");
    e.bases.push_back(0);
    e.again = 2;
    for (std::int64_t i = 0; i < 3; ++i)
        e.records.push_back(
            record_of(2, i, *e.records[static_cast<std::size_t>(2 * i)].find("p50_ns") * 5 / 2));
    e.comparisons = compare_modes(e, 1);
    CHECK_FALSE(find_comparison(e, "500 requests/s", "p50_ns", 1)->is_significant);
}

TEST_CASE("what is sometimes 0 has no ratio, nor have records that are not valid") {
    auto e = found_in({record_of(0, 0, 100, 3), record_of(1, 0, 200, 0)});
    CHECK(find_comparison(e, "500 requests/s", "wrong", 1) == nullptr);
    const auto* const one = find_comparison(e, "500 requests/s", "p50_ns", 1);
    REQUIRE(one);
    CHECK(to_text(*one) == "2.00 (one repeat)");
    e.records[1].valid = false;
    CHECK(compare_modes(e, 1).empty());
}

TEST_CASE("pairs are of repeats that both modes finished") {
    const auto e = found_in({record_of(0, 0, 100), record_of(1, 0, 200), record_of(0, 1, 900)});
    CHECK(find_comparison(e, "500 requests/s", "p50_ns", 1)->ratio_permille == 2'000);
}

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

TEST_CASE("numbers are shown with their units") {
    CHECK(to_text(1'384'000, "ns") == "1.38 ms");
    CHECK(to_text(38'400, "ns") == "38.4 us");
    CHECK(to_text(27'136, "kib") == "26.5 MiB");
    CHECK(to_text(31'718'400, "per_1000_s") == "31,718/s");
    CHECK(to_text(125, "permille") == "12.5 %");
    CHECK(to_text(12'090, "count") == "12,090");
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

TEST_CASE("a mode is compared with its base, which need not be the first") {
    auto e = twice_as_long();
    e.modes.emplace_back("split, slower");
    e.bases.push_back(1);
    for (int repeat = 0; repeat < 3; ++repeat)
        e.records.push_back(record_of(
            2, repeat,
            3 * values_of(e, "500 requests/s", "p50_ns", 1)[static_cast<std::size_t>(repeat)]));
    const auto all = compare_modes(e, 1);
    const auto ratio = [&](std::int64_t mode) {
        return std::ranges::find(all, mode, &comparison::mode)->ratio_permille;
    };
    CHECK(ratio(1) == Approx(2'000).epsilon(0.05));
    CHECK(ratio(2) == 3'000);
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
    CHECK_THAT(refused([](options& o) { o.binary = "/no/such/program"; }),
               Contains("cannot be executed"));
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
