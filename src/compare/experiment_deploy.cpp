// A new version goes out under load, and a bad one. What is released is the module's process: in a
// monolith all of it.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <compare/experiments.hpp>
#include <fstream>
#include <thread>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

constexpr milliseconds calm_before{1'000};
constexpr milliseconds window{3'500};
constexpr double rate_per_s = 300;
constexpr std::string_view module = "comments";

record release(trial& blog, std::string scenario, std::uint64_t number,
               const std::vector<std::string>& more, bool should_succeed) {
    auto out = blog.begin_record(std::move(scenario));
    const auto name = blog.owner_of(module).name;
    const traffic load_with{.rate_per_s = rate_per_s,
                            .warm_up = milliseconds(300),
                            .duration = window,
                            .number = number};
    nanoseconds took{0};
    ended_command ended;
    const auto load = blog.load_while(load_with, out, [&] {
        std::this_thread::sleep_for(calm_before);
        std::vector<std::string> arguments{"deploy", name};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto began = steady::now();
        ended = blog.command(std::move(arguments));
        took = steady::now() - began;
    });
    if ((ended.code == 0) != should_succeed)
        out.doubts.push_back(fmt::format("`cleave deploy` ended with {}: {}", ended.code,
                                         ended.output.substr(0, 200)));
    out.add("took_ms", to_ms(took));
    add_losses(out, blog, load, load_with);
    add_timeline(out, load);
    return out;
}

// Dies at once, as a build with a missing library does.
std::filesystem::path bad_binary(const std::filesystem::path& beside) {
    const auto file = beside / "bad-release";
    std::ofstream(file) << "#!/bin/sh\nexit 1\n";
    ::chmod(file.c_str(), 0755);
    return file;
}

std::vector<record> measure(const run_context& context, const mode& what, std::int64_t repeat) {
    context.leave_out(
        "from edit to first new answer (compile, link): this program has no sources beside it");
    context.leave_out("a release that answers 500 once it is ready: needs a second, broken build");
    trial blog(context, what, repeat, small_blog);
    std::vector<record> out;
    out.push_back(release(blog, "a good release", 0, {}, true));
    out.push_back(release(blog, "a release that dies at start", 1,
                          {"--binary", bad_binary(blog.system().data().parent_path()).string()},
                          false));
    std::error_code unknown;
    const auto bytes = std::filesystem::file_size(context.given.binary, unknown);
    if (!unknown) out.front().add("shipped_kib", static_cast<std::int64_t>(bytes / 1024));
    blog.stop();
    return out;
}

milliseconds takes(const options&) {
    return around_a_trial() + 2 * (window + milliseconds(500));
}

}  // namespace

experiment deploy() {
    return {.name = "deploy",
            .question = "What does a release cost while it happens?",
            .question_ko = "배포하는 동안 무엇이 드는가?",
            .metrics = together(
                {{{"took_ms", "`cleave deploy` took", "`cleave deploy` 시간", "ms"}},
                 answer_facts(),
                 latency_facts(),
                 {{"shipped_kib", "shipped", "배포 크기", "kib"},
                  {"acknowledged", "comments acknowledged", "확인된 댓글", "count", "neither"},
                  {"lost", "of them lost", "그중 유실", "count"},
                  {"doubled", "written twice", "두 번 기록", "count"}}}),
            .modes = given_modes,
            .takes = takes,
            .measure = measure,
            .disturbs = true};
}

}  // namespace cleave::compare
