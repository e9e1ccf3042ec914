#include <catch2/catch.hpp>
#include <cmath>
#include <compare/facts.hpp>
#include <compare/processes.hpp>
#include <compare/report_parts.hpp>
#include <compare/seeded.hpp>
#include "made_results.hpp"

using namespace cleave::compare;
using namespace cleave::compare::test;
using Catch::Contains;

namespace {

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

TEST_CASE("a difference that nobody would see is none") {
    std::vector<record> records;
    for (std::int64_t i = 0; i < 5; ++i) {
        records.push_back(record_of(0, i, 200'000));
        records.push_back(record_of(1, i, 200'800 + i));
        records.push_back(record_of(2, i, 201'100 + i));
    }
    auto e = found_in({});
    e.modes.emplace_back("another");
    e.bases.push_back(0);
    e.records = std::move(records);
    e.comparisons = compare_modes(e, 1);
    CHECK_FALSE(find_comparison(e, "500 requests/s", "p50_ns", 1)->is_significant);  // 1.00
    CHECK(find_comparison(e, "500 requests/s", "p50_ns", 2)->is_significant);        // 1.01
}

TEST_CASE("modules are put in order by what fails without them, then by what they cost") {
    experiment_result e;
    e.name = "extract";
    e.modes = {"monolith", "split:posts", "split:stats", "split:comments"};
    e.bases = {0, 0, 0, 0};
    e.metrics = {{"cpu_ns_per_request", "CPU a request", "요청당 CPU", "ns"}, wrong};
    const std::int64_t cpu[] = {100, 150, 120, 100}, failed[] = {40, 30, 0, 0};
    for (std::int64_t repeat = 0; repeat < 3; ++repeat)
        for (std::int64_t mode = 0; mode < 4; ++mode) {
            const auto at = static_cast<std::size_t>(mode);
            record costs, killed;
            costs.mode = killed.mode = mode;
            costs.repeat = killed.repeat = repeat;
            costs.scenario = "the mixed work";
            costs.add("cpu_ns_per_request", 1'000 * cpu[at] + repeat);
            costs.add("wrong", 7);
            killed.scenario = "its process is killed";
            killed.add("wrong", failed[at]);
            killed.add("kinds_hit", 1);
            e.records.push_back(std::move(costs));
            e.records.push_back(std::move(killed));
        }
    CHECK_FALSE(which_first(found_in({})));
    e.comparisons = compare_modes(e, 1);
    const auto order = which_first(e);
    REQUIRE(order);
    CHECK(order->en ==
          "Which first, by how many requests fail when its process is killed (monolith: 40): "
          "split:comments 0, no significant difference in CPU; split:stats 0, 1.20 times the CPU; "
          "split:posts 30, 1.50 times the CPU.");
    CHECK(order->ko ==
          "무엇부터, 그 프로세스를 강제 종료할 때 실패하는 요청 수로 (monolith: 40): "
          "split:comments 0, "
          "CPU 차이 없음; split:stats 0, CPU 1.20배; split:posts 30, CPU 1.50배.");
    CHECK(verdicts_of(e).back().en == order->en);
}

TEST_CASE("what the machine spoilt is told from what is wrong with the system") {
    auto r = record_of(0, 0, 100);
    CHECK_FALSE(is_spoilt(r));
    r.doubts.emplace_back("p99 and above are left out");
    CHECK_FALSE(is_spoilt(r));
    r.doubt("a process ended or was started meanwhile");
    CHECK_FALSE(is_spoilt(r));
    r.doubt(std::string(others_were_busy) + " 12 % of the system's cores");
    CHECK(is_spoilt(r));
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

TEST_CASE("numbers are shown with their units") {
    CHECK(to_text(1'384'000, "ns") == "1.38 ms");
    CHECK(to_text(38'400, "ns") == "38.4 us");
    CHECK(to_text(27'136, "kib") == "26.5 MiB");
    CHECK(to_text(31'718'400, "per_1000_s") == "31,718/s");
    CHECK(to_text(125, "permille") == "12.5 %");
    CHECK(to_text(12'090, "count") == "12,090");
}

TEST_CASE("a mode is compared with its base, which need not be the first") {
    auto e = twice_as_long();
    e.modes.emplace_back("split, slower");
    e.bases.push_back(1);
    for (int repeat = 0; repeat < 3; ++repeat)
        e.records.push_back(
            record_of(2, repeat,
                      3 * std::llround(values_of(e, "500 requests/s", "p50_ns",
                                                 1)[static_cast<std::size_t>(repeat)])));
    const auto all = compare_modes(e, 1);
    const auto ratio = [&](std::int64_t mode) {
        return std::ranges::find(all, mode, &comparison::mode)->ratio_permille;
    };
    CHECK(ratio(1) == Approx(2'000).epsilon(0.05));
    CHECK(ratio(2) == 3'000);
}

TEST_CASE("what a mode uses is divided among its processes, and among the writers in each") {
    auto e = twice_as_long();
    const auto process = [](std::string command, std::int64_t cpu_us,
                            std::optional<std::vector<writer_result>> writers) {
        return process_result{std::move(command), cpu_us, 10'240, 4, 500, std::move(writers)};
    };
    CHECK(processes_of(e).empty());
    // Of 1,000 answers in each repeat.
    for (auto& r : e.records)
        r.processes = {
            process("cleave up --data DIR/data", 1'000, {}),
            process("cleave serve --process main --config X", 20'000,
                    std::vector<writer_result>{{"write posts", 3'000}, {"write users", 1'000}})};
    const auto rows = processes_of(e);
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].process == "supervisor");
    CHECK(rows[1].process == "main");
    CHECK(rows[1].mode == "monolith");
    CHECK(rows[2].mode == "split");
    CHECK(cells_of(rows[0]) == std::vector<std::string>{"1.00 us", "0.500", "10.0 MiB", "4", "-"});
    CHECK(cells_of(rows[1]) == std::vector<std::string>{"20.0 us", "0.500", "10.0 MiB", "4",
                                                        "3.00 us posts, 1.00 us users"});
    CHECK(process_name("node server.js") == "node server.js");
    CHECK_THAT(resources(e), Contains("3.00 us posts") && Contains("supervisor"));
}
