#include <catch2/catch.hpp>
#include <compare/experiment.hpp>
#include <compare/report.hpp>
#include <contract/codec.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <support/scratch_folder.hpp>

using namespace cleave;
using namespace cleave::compare;
using Catch::Contains;

namespace {

run_result run_of(std::int64_t mode, std::int64_t repeat, std::int64_t p50_us, std::int64_t per_s) {
    run_result r;
    r.mode = mode;
    r.repeat = repeat;
    r.stopped_in_good_order = true;
    r.open_loop.answered.right = 3'000;
    r.open_loop.from_intended = {p50_us * 1'000, 0, p50_us * 10'000, 0, 0};
    r.open_loop.cpu_us = p50_us * 3'000;
    r.open_loop.pss_kib = 64 * 1'024 + repeat * (mode == 0 ? 1 : -1) * 3'000;
    r.flat_out = flat_out_result{.answered = {.right = 3 * per_s},
                                 .goodput_per_1000_s = per_s * 1'000,
                                 .cpu_us = 0,
                                 .generator = {}};
    return r;
}

results found_in(std::vector<run_result> runs) {
    results out;
    out.machine = {"A CPU", 2, 16'384, "Linux 6.1", "ext4", "0", "1", true};
    out.settings = {"cleave 1.0 (clang 19, release)",
                    "2026-01-02T03:04:05.678Z",
                    1,
                    500'000,
                    3,
                    1,
                    6,
                    3,
                    64,
                    32,
                    8,
                    200,
                    2'000};
    out.modes = {"monolith", "split"};
    out.runs = std::move(runs);
    out.ratios = ratios_of(out);
    return out;
}

results three_repeats() {
    return found_in({run_of(0, 0, 200, 9'000), run_of(1, 0, 500, 3'000), run_of(1, 1, 520, 3'100),
                     run_of(0, 1, 210, 9'400), run_of(0, 2, 190, 9'100), run_of(1, 2, 480, 3'050)});
}

std::string line_with(const std::string& text, const std::string& label) {
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        if (line.find(label) != std::string::npos) return line;
    return {};
}

}  // namespace

TEST_CASE("the table says what each mode costs, and how sure it is") {
    const auto table = to_table(three_repeats());
    const std::string expected =
        "                     monolith         split            split / monolith\n"
        "at 500 requests/s\n"
        "  latency p50        0.200 ms      0.500 ms         2.50 (2.44 to 2.56)\n"
        "  latency p99         2.00 ms       5.00 ms         2.50 (2.44 to 2.56)\n"
        "  CPU seconds         0.599 s        1.50 s         2.50 (2.44 to 2.56)\n"
        "  memory (PSS)       66.9 MiB      61.0 MiB   no significant difference\n"
        "  wrong answers    0 of 9,000    0 of 9,000\n"
        "flat out\n"
        "  throughput          9,165/s       3,050/s         0.33 (0.33 to 0.34)\n"
        "  wrong answers   0 of 82,500   0 of 27,450\n";
    CHECK(table.substr(0, expected.size()) == expected);
    CHECK_THAT(table,
               Contains("A CPU, 2 cores, 16.0 GiB, Linux 6.1; data on ext4;\n  system on core 0, "
                        "generator on core 1"));
    CHECK_THAT(table, Contains("seed 1") && Contains("Student's t"));
    CHECK_THAT(table, !Contains("\x1b"));
    CHECK(warnings_of(three_repeats()).empty());
}

TEST_CASE("ratios are of repeats that both modes finished") {
    const auto found =
        found_in({run_of(0, 0, 200, 9'000), run_of(1, 0, 500, 3'000), run_of(1, 1, 9'999, 1)});
    const auto table = to_table(found);
    CHECK_THAT(line_with(table, "p50"), Contains("0.500 ms") && Contains("2.50 (one repeat)"));
    REQUIRE_FALSE(found.ratios.empty());
    CHECK(found.ratios.front().ratio_permille == 2'500);
    CHECK_FALSE(found.ratios.front().low_permille);

    // Ended before the second mode had a run: what there is is shown.
    const auto half = to_table(found_in({run_of(0, 0, 200, 9'000)}));
    CHECK_THAT(line_with(half, "p50"), Contains("0.200 ms") && Contains("-"));
}

TEST_CASE("an A/A run finds nothing") {
    auto found = found_in({run_of(0, 0, 200, 9'000), run_of(1, 0, 210, 9'100),
                           run_of(1, 1, 195, 9'000), run_of(0, 1, 205, 9'200)});
    found.modes = {"monolith", "monolith"};
    for (const auto& r : ratios_of(found)) CHECK_FALSE(r.is_significant);
    CHECK_THAT(line_with(to_table(found), "p50"), Contains("no significant difference"));
}

TEST_CASE("wrong answers stand in the table, and what spoils a run is said") {
    auto found = three_repeats();
    found.runs[1].open_loop.answered.wrong_status = 7;
    found.runs[1].open_loop.answered.timed_out = 1;
    CHECK_THAT(to_table(found), !Contains("NOT VALID"));
    found.runs[2].open_loop.generator.was_bottleneck = true;
    found.runs[2].flat_out->foreign_cpu_permille = 340;
    found.runs[3].open_loop.processes_changed = true;
    found.runs[4].stopped_in_good_order = false;
    CHECK_THAT(line_with(to_table(found), "wrong answers"), Contains("8 of 9,008"));
    const auto warnings = warnings_of(found);
    REQUIRE(warnings.size() == 4);
    CHECK_THAT(warnings[0], Contains("split, repeat 2: the load generator could not keep up"));
    CHECK_THAT(warnings[1], Contains("split, repeat 2: other programs used 34 %"));
    CHECK_THAT(warnings[2], Contains("monolith, repeat 2: a process ended"));
    CHECK_THAT(warnings[3], Contains("killed"));
    CHECK_THAT(to_table(found), Contains("NOT VALID: in 1 of 6 runs"));
}

TEST_CASE("results.json is read back as it was") {
    const cleave::test::scratch_folder scratch;
    const auto& folder = scratch.path();
    const auto found = three_repeats();
    write_results(found, folder / "deeper");
    std::ifstream in(folder / "deeper" / "results.json", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto back = decode<results>(text);
    REQUIRE(back);
    CHECK(encode(*back) + "\n" == text);
    CHECK(back->schema == results_schema);
    CHECK(back->runs.size() == 6);
    CHECK(to_table(*back) == to_table(found));
}

TEST_CASE("a summary is exact") {
    std::vector<std::int64_t> sorted(1'000);
    for (std::size_t i = 0; i < sorted.size(); ++i) sorted[i] = static_cast<std::int64_t>(i + 1);
    const auto found = summarize(sorted);
    CHECK(found.p50_ns == 500);
    CHECK(found.p99_ns == 990);
    CHECK(found.p999_ns == 999);
    CHECK(found.max_ns == 1'000);
    CHECK(summarize({}).max_ns == 0);
}

TEST_CASE("what cannot be measured is refused with a sentence") {
    options good;
    good.binary = "/bin/sh";
    CHECK_FALSE(problem_with(good));
    const auto refused = [&](auto change) {
        auto changed = good;
        change(changed);
        return problem_with(changed).value_or("");
    };
    CHECK_THAT(refused([](options& o) { o.modes = {"monolith", "spilt"}; }), Contains("'spilt'"));
    CHECK_THAT(refused([](options& o) { o.modes = {}; }), Contains("at least one mode"));
    CHECK_THAT(refused([](options& o) { o.rate_per_s = 0; }), Contains("rate"));
    CHECK_THAT(refused([](options& o) { o.rate_per_s = std::nan(""); }), Contains("rate"));
    CHECK_THAT(refused([](options& o) { o.repeats = 0; }), Contains("repeats"));
    CHECK_THAT(refused([](options& o) { o.duration = std::chrono::seconds(0); }),
               Contains("duration"));
    CHECK_THAT(refused([](options& o) { o.scratch = "/no/such/place"; }),
               Contains("/no/such/place"));
    CHECK_THAT(refused([](options& o) { o.binary = "/no/such/program"; }),
               Contains("cannot be executed"));
}
