// The same cores for everything: whole copies, or replicas of the one module that is busy.
#include <fmt/format.h>

#include <compare/experiments.hpp>
#include <thread>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;
using list = std::vector<std::string>;

std::vector<mode> modes(const options&) {
    return {{"one monolith", {}},
            {"two whole copies", {"--replicas", "main=2"}},
            {"split", {"--split", "all"}},
            {"split, users and posts twice",
             {"--split", "all", "--replicas", "users=2", "--replicas", "posts=2"}}};
}

milliseconds lasts(const options& given) {
    return given.how_much == effort::full ? milliseconds(3'000) : milliseconds(1'200);
}

record storm_of(trial& blog, visit kind, const options& given, std::string scenario) {
    auto out = blog.begin_record(std::move(scenario));
    const auto began = std::chrono::steady_clock::now();
    storm now(blog, kind, 16);
    std::this_thread::sleep_for(lasts(given));
    const auto right = now.end();
    const auto took = nanoseconds(std::chrono::steady_clock::now() - began);
    out.add("goodput_per_1000_s",
            right * 1'000'000'000'000 / std::max<std::int64_t>(took.count(), 1));
    std::int64_t pss_kib = 0;
    for (const auto kib : blog.system().pss_kib()) pss_kib += kib;
    out.add("pss_kib", pss_kib);
    return out;
}

std::vector<record> measure(const run_context& context, const mode& what, std::int64_t repeat) {
    if (context.cores.system.size() < 2)
        context.leave_out(fmt::format(
            "whether more instances do more: not shown on this machine, where all of them share {} "
            "core",
            context.cores.system.size()));
    trial blog(context, what, repeat, small_blog);
    context.tell("a storm of logins");
    std::vector<record> out;
    out.push_back(storm_of(blog, visit::log_in, context.given, "logins"));
    context.tell("a storm of reads");
    out.push_back(storm_of(blog, visit::read_article, context.given, "reads"));
    blog.stop();
    return out;
}

milliseconds takes(const options& given) {
    return around_a_trial() + 2 * lasts(given);
}

}  // namespace

experiment scale() {
    return {
        .name = "scale",
        .question = "What do more instances on the same cores bring?",
        .question_ko = "같은 코어에서 인스턴스를 늘리면 무엇이 나아지는가?",
        .metrics = {{"goodput_per_1000_s", "right answers", "정상 응답", "per_1000_s", "higher"},
                    {"pss_kib", "memory (PSS)", "메모리(PSS)", "kib"}},
        .modes = modes,
        .takes = takes,
        .measure = measure};
}

}  // namespace cleave::compare
