// From one database and function calls to processes over HTTP, a step at a time on the same code;
// and each module taken out alone.
#include <fmt/format.h>

#include <compare/absence.hpp>
#include <compare/experiments.hpp>
#include <compare/proxied_mode.hpp>
#include <compare/scraping.hpp>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;
using list = std::vector<std::string>;

mode set(std::string name, const list& settings, list arguments = {}) {
    for (const auto& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
    return {std::move(name), std::move(arguments)};
}

const list split{"--split", "all"};

constexpr std::string_view whole_split = "own processes and a gateway";

// Each step is the one before it, changed in one thing, and is compared with it.
std::vector<mode> steps() {
    std::vector<mode> out{
        set("classic", {"storage.layout=shared", "events.delivery=inline"}),
        {"a database each, events", {}},
        set("serialized calls", {"calls.local=serialized"}),
        set("HTTP to itself", {"calls.local=loopback"}),
        {"own processes, posts at the edge", {"--split", "users,comments,notifications,stats"}},
        {std::string(whole_split), split}};
    for (std::size_t i = 1; i < out.size(); ++i) out[i].beside = out[i - 1].name;
    return out;
}

mode beside(std::string_view other, mode what) {
    what.beside = other;
    return what;
}

// The same split, with a network between its processes.
std::vector<mode> networks() {
    using std::chrono::microseconds;
    const std::string none = "through proxies";
    return {beside(whole_split, {none, split, microseconds(0)}),
            beside(none, {"0.25 ms of network a hop", split, microseconds(250)}),
            beside(none, {"1 ms of network a hop", split, microseconds(1'000)})};
}

// How modules depend on each other at the time of a request: what is usually built, and what is
// built here.
std::vector<mode> dependences() {
    const std::string base = "split, own copies and events";
    std::vector<mode> out;
    for (const auto& [name, setting] :
         {std::pair{base.c_str(), "events.delivery=feed"},
          {"split, authors asked of users at once", "reads.authors=batch"},
          {"split, authors asked one by one", "reads.authors=each"},
          {"split, comments wait for notifications", "events.delivery=awaited"}}) {
        auto arguments = split;
        const auto more = stays_away();
        arguments.insert(arguments.end(), more.begin(), more.end());
        auto one = set(name, {setting}, std::move(arguments));
        one.is_tried_without_others = true;
        out.push_back(beside(out.empty() ? whole_split : base, std::move(one)));
    }
    return out;
}

// The split with one thing changed.
std::vector<mode> toggles() {
    mode scraped{"split, metrics read each second", split};
    scraped.is_scraped = true;
    std::vector<mode> out{{"replicas of posts and users",
                           {"--split", "all", "--replicas", "posts=2", "--replicas", "users=2"}},
                          set("split over Unix sockets", {"calls.wire=unix"}, split),
                          set("split without tracing", {"trace.one_in=0"}, split),
                          std::move(scraped),
                          set("split without retries", {"upstream.retries=false"}, split),
                          set("split without breaker", {"upstream.breaker=false"}, split),
                          set("split, commits not awaited", {"storage.durability=normal"}, split)};
    for (auto& m : out) m.beside = whole_split;
    return out;
}

std::vector<mode> ladder_modes(const options& given) {
    auto out = steps();
    if (given.how_much == effort::quick) return out;
    for (const auto more : {networks, dependences, toggles})
        for (auto& m : more()) out.push_back(std::move(m));
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

std::vector<record> loads(trial& blog, const options& given) {
    std::vector<record> out;
    out.push_back(at_the_rate(blog, given, "the mixed work"));
    if (given.how_much == effort::full) {
        out.push_back(at_the_rate(blog, given, "read article", visit::read_article));
        out.push_back(at_the_rate(blog, given, "write comment", visit::write_comment));
    }
    return out;
}

std::vector<record> measure_steps(const run_context& context, const mode& what,
                                  std::int64_t repeat) {
    std::optional<proxied_mode> edges;
    if (what.network) {
        edges.emplace(context, what);
        edges->set({.delay = *what.network});
    }
    trial blog(context, edges ? edges->what() : what, repeat, small_blog);
    std::optional<scraping> scraped;
    if (what.is_scraped) scraped.emplace(blog);
    auto out = loads(blog, context.given);
    scraped.reset();
    if (what.is_tried_without_others)
        for (auto& r : without_others(blog, context)) out.push_back(std::move(r));
    blog.stop();
    return out;
}

// What it costs, and what of the others goes on when its process is killed. In the monolith that is
// the process of all.
std::vector<record> measure_extracted(const run_context& context, const mode& what,
                                      std::int64_t repeat) {
    constexpr std::string_view split = "split:";
    trial blog(context, what, repeat, small_blog);
    auto out = loads(blog, context.given);
    if (context.given.how_much == effort::full) {
        const std::string_view name = what.name;
        const auto module = name.starts_with(split) ? name.substr(split.size()) : "posts";
        out.push_back(with_one_killed(blog, module, "its process is killed", context.given));
    }
    blog.stop();
    return out;
}

milliseconds takes(const options& given) {
    return around_a_trial() +
           (given.warm_up + given.duration) * (given.how_much == effort::full ? 3 : 1);
}

milliseconds extract_takes(const options& given) {
    return takes(given) + (given.how_much == effort::full ? killing_takes(given) : milliseconds(0));
}

}  // namespace

experiment ladder() {
    return {
        .name = "ladder",
        .question = "What does each step from the classic monolith to the split cost?",
        .question_ko = "고전적인 모놀리스에서 분리까지 단계마다 드는 비용은?",
        .metrics = together({latency_facts(), answer_facts(), resource_facts(), absence_facts()}),
        .modes = ladder_modes,
        .takes = takes,
        .measure = measure_steps};
}

experiment extract() {
    return {
        .name = "extract",
        .question = "What does taking one module out cost: which first?",
        .question_ko = "모듈 하나를 떼어 내는 비용은? 무엇부터?",
        .metrics = together({latency_facts(), answer_facts(), resource_facts(), outage_facts()}),
        .modes = extract_modes,
        .takes = extract_takes,
        .measure = measure_extracted};
}

}  // namespace cleave::compare
