// From one database and function calls to processes over HTTP, a step at a time on the same code;
// and each module taken out alone.
#include <fmt/format.h>

#include <compare/experiments.hpp>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;
using list = std::vector<std::string>;

mode set(std::string name, const list& settings, list arguments = {}) {
    for (const auto& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
    return {std::move(name), std::move(arguments)};
}

// Each step is the one before it, changed in one thing.
std::vector<mode> steps() {
    return {set("classic", {"storage.layout=shared", "events.delivery=inline"}),
            {"a database each, events", {}},
            set("serialized calls", {"calls.local=serialized"}),
            set("HTTP to itself", {"calls.local=loopback"}),
            {"own processes, posts at the edge", {"--split", "users,comments,notifications,stats"}},
            {"own processes and a gateway", {"--split", "all"}}};
}

std::vector<mode> ladder_modes(const options& given) {
    auto out = steps();
    if (given.how_much == effort::quick) return out;
    const list split{"--split", "all"};
    auto replicated = split;
    replicated.insert(replicated.end(), {"--replicas", "posts=2", "--replicas", "users=2"});
    out.push_back({"replicas of posts and users", replicated});
    // Not a step further, but the split with one thing changed.
    out.push_back(set("split over Unix sockets", {"calls.wire=unix"}, split));
    out.push_back(set("split without tracing", {"trace.one_in=0"}, split));
    return out;
}

std::vector<mode> extract_modes(const options& given) {
    std::vector<mode> out{{"monolith", {}}};
    const std::vector<std::string> modules =
        given.how_much == effort::quick
            ? list{"comments"}
            : list{"users", "posts", "comments", "notifications", "stats"};
    for (const auto& module : modules) out.push_back(parse_mode("split:" + module));
    return out;
}

std::vector<record> measure(const run_context& context, const mode& what, std::int64_t repeat) {
    trial blog(context, what, repeat, small_blog);
    std::vector<record> out;
    out.push_back(at_the_rate(blog, context.given, "the mixed work"));
    if (context.given.how_much == effort::full) {
        out.push_back(at_the_rate(blog, context.given, "read article", visit::read_article));
        out.push_back(at_the_rate(blog, context.given, "write comment", visit::write_comment));
    }
    blog.stop();
    return out;
}

std::vector<record> measure_ladder(const run_context& context, const mode& what,
                                   std::int64_t repeat) {
    context.leave_out(
        "0.25 ms and 1 ms of network a hop: the edges between processes have no proxy yet");
    context.leave_out(
        "metrics, retries, breaker, durability, authors = view|batch|each and notify = sync|event: "
        "these cannot be switched off or over");
    return measure(context, what, repeat);
}

milliseconds takes(const options& given) {
    return around_a_trial() +
           (given.warm_up + given.duration) * (given.how_much == effort::full ? 3 : 1);
}

}  // namespace

experiment ladder() {
    return {.name = "ladder",
            .question = "What does each step from the classic monolith to the split cost?",
            .question_ko = "고전적인 모놀리스에서 분리까지 단계마다 드는 비용은?",
            .metrics = together({latency_facts(), answer_facts(), resource_facts()}),
            .modes = ladder_modes,
            .takes = takes,
            .measure = measure_ladder};
}

experiment extract() {
    return {.name = "extract",
            .question = "What does taking one module out cost: which first?",
            .question_ko = "모듈 하나를 떼어 내는 비용은? 무엇부터?",
            .metrics = together({latency_facts(), answer_facts(), resource_facts()}),
            .modes = extract_modes,
            .takes = takes,
            .measure = measure};
}

}  // namespace cleave::compare
