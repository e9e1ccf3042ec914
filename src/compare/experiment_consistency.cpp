// Writes that more than one module takes part in, while processes are killed; and how long a
// comment takes to become a notification when nothing is.
#include <fmt/format.h>
#include <signal.h>

#include <compare/absence.hpp>
#include <compare/crash_witnesses.hpp>
#include <compare/experiments.hpp>
#include <compare/failed_deletion.hpp>
#include <compare/seeded.hpp>
#include <thread>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;

constexpr double rate_per_s = 150;

int kills(const options& given) {
    return given.how_much == effort::full ? 10 : 3;
}
constexpr milliseconds between{700};

record lag(trial& blog, const run_context& context) {
    auto out = blog.begin_record("a comment becomes a notification");
    add_notification_lag(out, blog, context, context.given.how_much == effort::full ? 100 : 20);
    return out;
}

// Comments and deletions of accounts while the owner of one module after the other is killed.
record crashes(trial& blog, const run_context& context, std::int64_t repeat) {
    auto out = blog.begin_record("comments while processes are killed");
    const auto leavers = sign_up_leavers(blog, kills(context.given));
    steady_writer writer(blog);
    const int times = kills(context.given);
    const traffic load_with{.rate_per_s = rate_per_s,
                            .kind = visit::write_comment,
                            .warm_up = milliseconds(200),
                            .duration = between * (times + 2),
                            .number = 1,
                            .timeout = std::chrono::seconds(3)};
    seeded random(context.given.seed, static_cast<std::uint64_t>(repeat));
    constexpr std::string_view modules[] = {"comments", "posts", "users", "notifications"};
    const auto load = blog.load_while(load_with, out, [&] {
        const auto writing = writer.start();
        for (int i = 0; i < times; ++i) {
            std::this_thread::sleep_for(between);
            if (static_cast<std::size_t>(i) < leavers.size())
                begin_deletion(blog, leavers[static_cast<std::size_t>(i)]);
            // Who is just being started again has no owner yet: then nobody is killed.
            const auto module = modules[random.below(std::size(modules))];
            if (const auto victim = blog.find_owner(module)) ::kill(victim->pid, SIGKILL);
        }
    });
    context.tell("waiting for what was begun");
    writer.add_order(out);
    add_deletions(out, blog, leavers.size());
    add_losses(out, blog, load, load_with);
    return out;
}

std::vector<record> measure(const run_context& context, const mode& what, std::int64_t repeat) {
    trial blog(context, what, repeat, small_blog);
    context.tell("waiting for notifications");
    std::vector<record> out;
    out.push_back(lag(blog, context));
    out.push_back(crashes(blog, context, repeat));
    blog.stop();
    // It is given back or it is not: looking once is enough.
    if (context.given.how_much == effort::full && repeat == 0)
        if (auto undone = failed_deletion(context, what, repeat)) out.push_back(std::move(*undone));
    return out;
}

milliseconds takes(const options& given) {
    auto out = around_a_trial() + between * (kills(given) + 2) + milliseconds(1'500);
    if (given.how_much == effort::full) out += failed_deletion_takes / given.repeats;
    return out;
}

}  // namespace

experiment consistency() {
    return {
        .name = "consistency",
        .question = "Is anything lost or done twice, and how late are others told?",
        .question_ko = "잃거나 두 번 처리되는 것이 있는가? 다른 모듈은 얼마나 늦게 아는가?",
        .metrics = together(
            {{{"lag_p50_ns", "until notified p50", "알림까지 p50", "ns"},
              {"lag_p99_ns", "until notified p99", "알림까지 p99", "ns"},
              {"acknowledged", "comments acknowledged", "확인된 댓글", "count", "neither"},
              {"lost", "of them lost", "그중 유실", "count"},
              {"doubled", "written twice", "두 번 기록", "count"},
              {"in_turn", "comments one after the other", "차례로 쓴 댓글", "count", "neither"},
              {"out_of_order", "told of out of order", "순서가 뒤바뀐 알림", "count"},
              {"not_told", "never told of", "알려지지 않음", "count"},
              {"deletions", "deletions of accounts begun", "시작된 계정 삭제", "count", "neither"},
              {"deletions_refused", "not begun (refused)", "시작되지 않음(거부)", "count",
               "neither"},
              {"completed", "of them completed", "그중 완료", "count", "neither"},
              {"compensated", "compensated: all as it was", "보상됨(원상 복구)", "count",
               "neither"},
              {"half_done", "left half done", "반쯤 끝난 채 남음", "count"}},
             failed_deletion_facts(),
             answer_facts(),
             latency_facts()}),
        .modes = given_modes,
        .takes = takes,
        .measure = measure};
}

}  // namespace cleave::compare
