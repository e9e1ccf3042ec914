// `cleave compare` from its command line to the files that it writes.
#include <catch2/catch.hpp>
#include <compare/experiment.hpp>
#include <compare/korean.hpp>
#include <compare/machine.hpp>
#include <compare/report.hpp>
#include <csignal>
#include <fstream>
#include <set>
#include <support/child_process.hpp>
#include <support/eventually.hpp>
#include <support/running_blog.hpp>
#include <support/scratch_folder.hpp>

using namespace cleave;
using namespace cleave::test;
using Catch::Contains;

namespace {

using words = std::vector<std::string>;
using numbers = std::vector<std::int64_t>;
using Catch::Equals;

const numbers none{0, 0}, ones{1, 1};  // in both modes

words short_run(const std::string& experiment, const std::filesystem::path& out) {
    return {"compare", experiment,   "--repeat", "1",      "--duration", "0.3",   "--warm-up",
            "0.1",     "--flat-out", "0.2",      "--rate", "100",        "--out", out.string()};
}

// Every mode has a value of every scenario, and no value has a name that nobody knows.
void check_shape(const compare::experiment_result& e) {
    std::set<std::string> scenarios, known;
    for (const auto& r : e.records) scenarios.insert(r.scenario);
    REQUIRE_FALSE(scenarios.empty());
    for (const auto& scenario : scenarios) {
        INFO(scenario);
        CHECK((e.name == "workload" || compare::has_korean(scenario)));
    }
    for (const auto& scenario : scenarios)
        for (std::size_t mode = 0; mode < e.modes.size(); ++mode) {
            INFO(scenario << ", " << e.modes[mode]);
            const auto found = std::ranges::find_if(e.records, [&](const compare::record& r) {
                return r.scenario == scenario && r.mode == static_cast<std::int64_t>(mode);
            });
            REQUIRE(found != e.records.end());
            CHECK_FALSE(found->values.empty());
        }
    for (const auto& m : e.metrics) {
        INFO(m.name);
        known.insert(m.name);
    }
    for (const auto* name : {"answers", "generator_busy_permille", "generator_late_p50_ns"})
        known.insert(name);
    for (const auto& r : e.records)
        for (const auto& v : r.values) {
            INFO(r.scenario << ": " << v.metric);
            CHECK(known.contains(v.metric));
        }
}

void check_files(const std::filesystem::path& folder, const std::string& experiment) {
    const auto found = compare::read_results(folder);
    REQUIRE(found.experiments.size() == 1);
    CHECK(found.experiments.front().name == experiment);
    check_shape(found.experiments.front());
    CHECK(text_of(folder / "results.csv").starts_with("experiment,scenario,mode,"));
    CHECK_THAT(text_of(folder / "report.html"), Contains("<!DOCTYPE html>") && Contains("</html>"));
}

compare::results smoke(const std::string& experiment) {
    const scratch_folder scratch;
    const auto ended = run_to_end(CLEAVE_BUILT_BINARY, short_run(experiment, scratch.path()));
    INFO(ended.out << ended.err);
    REQUIRE(ended.code == 0);
    CHECK_THAT(ended.out, Catch::StartsWith(experiment + ": "));
    CHECK(ended.out.find('\x1b') == std::string::npos);  // no colours in a pipe
    check_files(scratch.path(), experiment);
    return compare::read_results(scratch.path());
}

std::int64_t sum_of(const compare::results& found, std::string_view metric) {
    std::int64_t sum = 0;
    for (const auto& e : found.experiments)
        for (const auto& r : e.records) sum += r.find(metric).value_or(0);
    return sum;
}

// Nothing acknowledged is lost, and nothing written twice, whatever is done to it.
compare::results smoke_without_losses(const std::string& experiment) {
    const scratch_folder scratch;
    const auto ended = run_to_end(CLEAVE_BUILT_BINARY, short_run(experiment, scratch.path()));
    INFO(ended.out << ended.err);
    REQUIRE(ended.code == 0);
    check_files(scratch.path(), experiment);
    const auto found = compare::read_results(scratch.path());
    CHECK(sum_of(found, "acknowledged") > 0);
    CHECK(sum_of(found, "lost") == 0);
    CHECK(sum_of(found, "doubled") == 0);
    return found;
}

// Of every mode, the values of one scenario.
numbers values_of(const compare::results& found, std::string_view scenario,
                  std::string_view metric) {
    numbers out;
    for (const auto& e : found.experiments)
        for (const auto& r : e.records)
            if (r.scenario == scenario) out.push_back(r.find(metric).value_or(-1));
    return out;
}

}  // namespace

TEST_CASE("what the same work costs", "[cost]") {
    smoke("cost");
}
TEST_CASE("what each step costs", "[ladder]") {
    smoke("ladder");
}
TEST_CASE("what taking a module out costs", "[extract]") {
    smoke("extract");
}
TEST_CASE("what fails when a module is killed", "[fault]") {
    smoke_without_losses("fault");
}
TEST_CASE("what a release costs", "[deploy]") {
    const auto found = smoke_without_losses("deploy");
    CHECK_THAT(values_of(found, "a good release", "processes_restarted"), Equals(ones));
    CHECK_THAT(values_of(found, "a good release", "wrong"), Equals(none));
    CHECK_THAT(values_of(found, "a release that dies at start", "processes_restarted"),
               Equals(none));
    if (compare::is_sanitized()) return;
    constexpr auto failing = "a release that answers 500 once ready";
    CHECK_THAT(values_of(found, failing, "processes_restarted"), Equals(none));
    const auto wrong = values_of(found, failing, "wrong");
    REQUIRE(wrong.size() == 2);
    // In the split it may be calls of other modules alone that fail before it is rolled back.
    CHECK(wrong[0] + wrong[1] > 0);
    for (const auto ms : values_of(found, failing, "rolled_back_ms")) CHECK(ms > 0);
}
TEST_CASE("what more instances bring", "[scale]") {
    smoke("scale");
}
TEST_CASE("what the others notice", "[neighbour]") {
    smoke("neighbour");
}
TEST_CASE("whether anything is lost", "[consistency]") {
    const auto found = smoke_without_losses("consistency");
    CHECK(sum_of(found, "in_turn") > 0);
    CHECK(sum_of(found, "out_of_order") == 0);
    CHECK(sum_of(found, "not_told") == 0);
    CHECK(sum_of(found, "deletions") > 0);
    CHECK(sum_of(found, "deletions") == sum_of(found, "completed") + sum_of(found, "compensated"));
    CHECK(sum_of(found, "half_done") == 0);
}
TEST_CASE("how much there is to look after, and where a failure shows", "[surface]") {
    const auto found = smoke("surface");
    if (compare::is_sanitized()) return;
    for (const auto* const failing :
         {"one failing request, traced", "one failing request, not traced"}) {
        INFO(failing);
        CHECK_THAT(values_of(found, failing, "failed_status"), Equals(numbers{500, 500}));
        CHECK_THAT(values_of(found, failing, "log_processes"), Equals(numbers{1, 2}));
        CHECK_THAT(values_of(found, failing, "log_names_it"), Equals(numbers{0, 1}));
    }
    CHECK_THAT(values_of(found, "one failing request, traced", "span_processes"),
               Equals(numbers{1, 3}));
    CHECK_THAT(values_of(found, "one failing request, not traced", "span_entries"), Equals(none));
    CHECK_THAT(values_of(found, "counted", "keys"), Equals(numbers{3, 3}));
    CHECK_THAT(values_of(found, "counted", "config_lines"), Equals(numbers{0, 6}));
}

TEST_CASE("one's own routes are put to what runs already", "[rest]") {
    const scratch_folder scratch;
    const running_blog blog(scratch.path() / "data");
    const auto file = scratch.path() / "workload.toml";
    std::ofstream(file) << "rate = 50\n[[route]]\nname = \"tags\"\ntarget = \"/api/tags\"\n"
                        << "contains = \"tags\"\n[[route]]\nname = \"none\"\n"
                        << "target = \"/api/articles/none-{1..9}\"\nstatus = 404\n";
    const auto ended =
        run_to_end(CLEAVE_BUILT_BINARY, {"compare", "--workload", file.string(), "--target",
                                         "http://" + blog.at(), "--repeat", "2", "--duration",
                                         "0.5", "--out", (scratch.path() / "out").string()});
    INFO(ended.out << ended.err);
    REQUIRE(ended.code == 0);
    const auto found = compare::read_results(scratch.path() / "out");
    REQUIRE(found.experiments.size() == 1);
    check_shape(found.experiments.front());
    CHECK(sum_of(found, "wrong") == 0);
}

TEST_CASE("users who think are put to the modes, on as much data as they say", "[rest]") {
    const scratch_folder scratch;
    const auto file = scratch.path() / "workload.toml";
    std::ofstream(file) << "users = 20\nthink_ms = [5, 50]\n[data]\nusers = 3\narticles = 21\n"
                        << "comments_per_article = 1\n[[route]]\ntarget = \"/api/articles\"\n"
                        << "contains = '\"articlesCount\":21'\n";
    words arguments{"compare",  "--workload", file.string(),
                    "--repeat", "1",          "--duration",
                    "0.5",      "--out",      (scratch.path() / "out").string()};
    const auto ended = run_to_end(CLEAVE_BUILT_BINARY, arguments);
    INFO(ended.out << ended.err);
    REQUIRE(ended.code == 0);
    const auto found = compare::read_results(scratch.path() / "out");
    CHECK(sum_of(found, "answers") > 0);
    CHECK(sum_of(found, "wrong") == 0);
    CHECK(found.settings.articles == 21);
    arguments.insert(arguments.end(), {"--target", "http://127.0.0.1:9"});
    const auto refused = run_to_end(CLEAVE_BUILT_BINARY, arguments);
    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, Contains("leave it out with --target"));
}

TEST_CASE("a source that is none, or is for nothing, is refused", "[rest]") {
    const scratch_folder scratch;
    const auto none = run_to_end(CLEAVE_BUILT_BINARY,
                                 {"compare", "surface", "--source", scratch.path().string()});
    CHECK(none.code == 2);
    CHECK_THAT(none.err, Contains("is no checkout of cleave"));
    const auto unused =
        run_to_end(CLEAVE_BUILT_BINARY, {"compare", "cost", "--source", scratch.path().string()});
    CHECK(unused.code == 2);
    CHECK_THAT(unused.err, Contains("for deploy and surface"));
}

TEST_CASE("what was finished is reported when it is interrupted", "[rest]") {
    const scratch_folder scratch, blogs;
    const auto out = scratch.path() / "stdout", err = scratch.path() / "stderr";
    auto arguments = short_run("surface", scratch.path() / "report");
    arguments[3] = "100";
    arguments.insert(arguments.end(), {"--scratch", blogs.path().string()});
    child_process comparing(CLEAVE_BUILT_BINARY, arguments, {out, err});
    std::set<std::string> seen;
    REQUIRE(eventually([&] {
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(blogs.path(), ignored))
            seen.insert(entry.path().filename());
        return seen.size() >= 2;  // the first is finished
    }));
    comparing.signal(SIGINT);
    CHECK(comparing.wait() == 128 + SIGINT);
    CHECK_THAT(text_of(err), Contains("ended early"));
    CHECK(cleave::compare::read_results(scratch.path() / "report").interrupted);
    CHECK(std::filesystem::is_empty(blogs.path()));
}

TEST_CASE("a budget decides the exit code", "[rest]") {
    const scratch_folder scratch;
    const auto budget = scratch.path() / "budget.toml";
    const auto ended = run_to_end(CLEAVE_BUILT_BINARY, short_run("surface", scratch.path()));
    REQUIRE(ended.code == 0);
    const auto check = [&](const std::string& limit) {
        std::ofstream(budget) << "[[ratio]]\nexperiment = \"surface\"\nscenario = \"counted\"\n"
                              << "metric = \"processes\"\nmode = \"split\"\n"
                              << limit << "\n";
        return run_to_end(CLEAVE_BUILT_BINARY,
                          {"compare", "--check", (scratch.path() / "results.json").string(),
                           "--budget", budget.string()});
    };
    CHECK(check("max = 6.5").code == 0);
    const auto over = check("max = 5.5");
    CHECK(over.code == 1);
    CHECK_THAT(over.out, Contains("6.00 is more than 5.5"));
    CHECK(check("").code == 2);
    const auto again =
        run_to_end(CLEAVE_BUILT_BINARY, {"compare", "report", scratch.path().string()});
    CHECK(again.code == 0);
    CHECK(again.out == ended.out);
}
