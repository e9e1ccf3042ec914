// A new version goes out under load, and two bad ones. What is released is the module's process: in
// a monolith all of it.
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <base/unique_fd.hpp>
#include <compare/bad_release.hpp>
#include <compare/changed_release.hpp>
#include <compare/experiments.hpp>
#include <compare/statistics.hpp>
#include <thread>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

constexpr milliseconds warm_up{300};
constexpr milliseconds calm_before{500};
// `cleave deploy` watches a new process for a second before the old one goes; one that fails its
// first requests is rolled back at once.
constexpr milliseconds around_a_watched_one{1'900}, around_a_failing_one{1'000},
    around_a_dead_one{700};
// More of what comes after.
constexpr milliseconds after_full{1'500};
constexpr milliseconds goes_within{5'000};
constexpr double rate_per_s = 300;
constexpr std::string_view module = "comments";

struct release {
    std::string_view scenario;
    std::filesystem::path binary{};  // empty: the one that runs
    std::string_view refused_for{};  // what `cleave deploy` says of it; empty: it takes it
    milliseconds around = around_a_watched_one;
};

milliseconds window_of(milliseconds around, const options& given) {
    return calm_before + around + (given.how_much == effort::full ? after_full : milliseconds(0));
}

// From the window's beginning.
struct span_of_time {
    nanoseconds begin{0}, end{0};
};

// Of those that were meant to be sent while the command ran. Nothing where the generator was so
// late that the highest percentiles say nothing: then they are left out of the whole, too.
void add_p99_during(record& out, const load_result& load, span_of_time during) {
    if (!out.find("p99_ns")) return;
    std::vector<std::int64_t> latencies;
    for (const auto& s : load.samples)
        if (s.at_ns >= during.begin.count() && s.at_ns <= during.end.count() &&
            (s.how == outcome::right || s.how == outcome::timed_out))
            latencies.push_back(s.latency_ns);
    std::ranges::sort(latencies);
    if (!latencies.empty()) out.add("p99_during_ns", percentile(latencies, 0.99));
}

void add_failing_time(record& out, const load_result& load) {
    std::int64_t first = -1, last = -1;
    for (const auto& s : load.samples) {
        if (s.how == outcome::right) continue;
        first = first < 0 ? s.at_ns : std::min(first, s.at_ns);
        last = std::max(last, s.at_ns);
    }
    out.add("failing_ms", first < 0 ? 0 : to_ms(nanoseconds(last - first)) + 1);
}

// Who is there now and was not before: processes, and the modules that run in them.
void add_restarted(record& out, const std::vector<trial::running>& before,
                   const std::vector<trial::running>& after) {
    std::int64_t processes = 0, modules = 0;
    for (const auto& p : after) {
        if (std::ranges::find(before, p.pid, &trial::running::pid) != before.end()) continue;
        ++processes;
        modules += static_cast<std::int64_t>(p.modules.size());
    }
    out.add("processes_restarted", processes);
    out.add("modules_restarted", modules);
}

void wait_for_end_of(pid_t pid) {
    const unique_fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!process) return;  // it is gone
    pollfd ended{process.get(), POLLIN, 0};
    ::poll(&ended, 1, static_cast<int>(goes_within.count()));
}

record put_out(trial& blog, const run_context& context, const release& what, std::uint64_t number) {
    auto out = blog.begin_record(std::string(what.scenario));
    const bool is_good = what.refused_for.empty();
    const auto before = blog.processes();
    const auto old = blog.owner_of(module);
    const traffic load_with{.rate_per_s = rate_per_s,
                            .warm_up = warm_up,
                            .duration = window_of(what.around, context.given),
                            .number = number};
    std::vector<std::string> arguments{"deploy", old.name};
    if (!what.binary.empty()) arguments.insert(arguments.end(), {"--binary", what.binary.string()});
    span_of_time command, both;
    ended_command ended;
    const auto load = blog.load_while(load_with, out, [&] {
        const auto begin = steady::now();
        std::this_thread::sleep_for(calm_before);
        command.begin = both.begin = steady::now() - begin;
        ended = blog.command(arguments);
        command.end = steady::now() - begin;
        if (ended.code == 0) wait_for_end_of(old.pid);
        both.end = steady::now() - begin;
    });
    if ((ended.code == 0) != is_good || ended.output.find(what.refused_for) == std::string::npos)
        out.doubts.push_back(fmt::format("`cleave deploy` ended with {}: {}", ended.code,
                                         ended.output.substr(0, 200)));
    const auto took = to_ms(command.end - command.begin);
    out.add(is_good ? "took_ms" : "rolled_back_ms", took);
    if (what.around != around_a_dead_one) out.add("two_versions_ms", to_ms(both.end - both.begin));
    add_restarted(out, before, blog.processes());
    add_failing_time(out, load);
    add_p99_during(out, load, command);
    add_losses(out, blog, load, load_with);
    add_timeline(out, load);
    return out;
}

std::vector<record> measure(const run_context& context, const mode& what, std::int64_t repeat) {
    trial blog(context, what, repeat, small_blog);
    const auto folder = blog.system().data().parent_path();
    std::vector<record> out;
    out.push_back(put_out(blog, context, {.scenario = "a good release"}, 0));
    out.push_back(put_out(blog, context,
                          {.scenario = "a release that dies at start",
                           .binary = release_that_dies(folder),
                           .refused_for = "was not replaced",
                           .around = around_a_dead_one},
                          1));
    if (const auto failing = release_that_fails(folder, blog.system().binary()); failing)
        out.push_back(put_out(blog, context,
                              {.scenario = "a release that answers 500 once ready",
                               .binary = *failing,
                               .refused_for = "requests failed",
                               .around = around_a_failing_one},
                              2));
    else
        context.leave_out(failing.error());
    if (auto changed = changed_release(blog, context)) out.push_back(std::move(*changed));
    std::error_code unknown;
    const auto bytes = std::filesystem::file_size(context.given.binary, unknown);
    if (!unknown) out.front().add("shipped_kib", static_cast<std::int64_t>(bytes / 1024));
    blog.stop();
    return out;
}

milliseconds takes(const options& given) {
    return around_a_trial() + window_of(around_a_watched_one, given) +
           window_of(around_a_failing_one, given) + window_of(around_a_dead_one, given) +
           3 * milliseconds(500);
}

}  // namespace

experiment deploy() {
    return {
        .name = "deploy",
        .question = "What does a release cost while it happens?",
        .question_ko = "배포하는 동안 무엇이 드는가?",
        .metrics = together(
            {{{"took_ms", "`cleave deploy` took", "`cleave deploy` 시간", "ms"},
              {"rolled_back_ms", "until refused or rolled back", "거부 또는 되돌리기까지", "ms"},
              {"two_versions_ms", "two versions side by side", "두 버전이 함께 있는 시간", "ms"},
              {"failing_ms", "first to last failed request", "첫 실패부터 마지막 실패까지", "ms"},
              {"processes_restarted", "processes restarted", "다시 시작한 프로세스", "count"},
              {"modules_restarted", "modules restarted (gateway included)",
               "다시 시작한 모듈(게이트웨이 포함)", "count"},
              {"p99_during_ns", "latency p99 meanwhile", "그동안 지연 p99", "ns"}},
             answer_facts(),
             latency_facts(),
             changed_release_facts(),
             {{"shipped_kib", "shipped", "배포 크기", "kib"},
              {"acknowledged", "comments acknowledged", "확인된 댓글", "count", "neither"},
              {"lost", "of them lost", "그중 유실", "count"},
              {"doubled", "written twice", "두 번 기록", "count"}}}),
        .modes = given_modes,
        .takes = takes,
        .measure = measure};
}

}  // namespace cleave::compare
