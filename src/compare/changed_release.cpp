#include <fmt/format.h>

#include <compare/changed_release.hpp>
#include <compare/recorded_changes.hpp>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

constexpr std::string_view left_out = "from edit to first new answer (compile, link, deploy): ";
// Of the change: from then on an article has at most 32 tags instead of 64.
constexpr std::string_view change = "2-rule";
constexpr int tags = 40;
constexpr milliseconds look_every{10}, answers_within{30'000};

// 201 by the old rule, 422 by the new one.
unsigned publish_with_many_tags(const trial& blog) {
    std::string list;
    for (int i = 0; i < tags; ++i) list += fmt::format(R"({}"tag{}")", i == 0 ? "" : ",", i);
    const auto json = fmt::format(
        R"({{"article":{{"title":"Many tags","description":"d","body":"b","tagList":[{}]}}}})",
        list);
    return blog
        .ask({.method = "POST",
              .target = "/api/articles",
              .token = blog.blog().token(0),
              .json = json})
        .status;
}

}  // namespace

std::optional<record> changed_release(const trial& blog, const run_context& context) {
    const auto cannot = [&](std::string_view why) {
        context.leave_out(std::string(left_out) + std::string(why));
        return std::nullopt;
    };
    if (!context.given.source) return cannot("there is no --source, a checkout of this program");
    const auto& built = built_changes(context);
    if (!built) return cannot(built.error());
    const auto found = std::ranges::find(*built, change, &built_change::name);
    if (found == built->end()) return cannot(fmt::format("--source has no change {}", change));

    auto out = blog.begin_record("a changed rule, from the edit on");
    if (const auto before = publish_with_many_tags(blog); before != 201)
        out.doubt(fmt::format("the old rule was to take it, and answered {}", before));
    const auto process = blog.owner_of("posts").name;
    context.tell("deploying a change");
    ended_command ended;
    nanoseconds first_new{-1}, took{0};
    const auto began = steady::now();
    {
        const std::jthread deploying([&] {
            ended = blog.command({"deploy", process, "--binary", found->binary.string()});
            took = steady::now() - began;
        });
        while (first_new.count() < 0 && steady::now() - began < answers_within && !context.stop) {
            if (publish_with_many_tags(blog) == 422) first_new = steady::now() - began;
            std::this_thread::sleep_for(look_every);
        }
    }
    if (context.stop) throw interrupted();
    if (ended.code != 0 || first_new.count() < 0) {
        out.doubt(fmt::format("`cleave deploy` ended with {}: {}", ended.code,
                              ended.output.substr(0, 200)));
        return out;
    }
    out.add("build_ms", found->build_ms);
    out.add("link_ms", found->link_ms);
    out.add("took_ms", to_ms(took));
    out.add("new_answer_ms", to_ms(first_new));
    out.add("edit_to_answer_ms", found->build_ms + to_ms(first_new));
    return out;
}

std::vector<metric_facts> changed_release_facts() {
    return {{"build_ms", "build: from edit to program", "빌드: 수정에서 프로그램까지", "ms"},
            {"link_ms", "linking the program, of that", "그중 프로그램 링크", "ms"},
            {"new_answer_ms", "from `cleave deploy` to the first new answer",
             "`cleave deploy`에서 첫 새 응답까지", "ms"},
            {"edit_to_answer_ms", "from edit to the first new answer", "수정에서 첫 새 응답까지",
             "ms"}};
}

}  // namespace cleave::compare
