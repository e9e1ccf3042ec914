// The same trouble in each architecture, brought from outside: signals, limits of the kernel, and
// proxies on the edges.
// What is done to a module's process where it has one is done to the whole process where it has
// not.
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <compare/experiments.hpp>
#include <compare/korean.hpp>
#include <compare/proxied_mode.hpp>
#include <thread>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds calm_before{1'000};
constexpr milliseconds lasts{1'500};  // what can be taken back
constexpr milliseconds after_quick{2'500}, after_full{4'500};
constexpr double rate_per_s = 300;

// What a module's process is to whoever makes trouble.
struct victim {
    std::string module;
    pid_t pid = 0;
    proxied_mode* edges = nullptr;  // of a trial whose edges have proxies
};

struct trouble {
    std::string_view name;
    void (*bring)(const victim&);
    bool on_edges = false;
};

void kill_it(const victim& v) {
    ::kill(v.pid, SIGKILL);
}

// A process that does not run, but is there: what a dead lock or a long pause looks like.
void hang_it(const victim& v) {
    ::kill(v.pid, SIGSTOP);
    std::this_thread::sleep_for(lasts);
    ::kill(v.pid, SIGCONT);
}

void limit(const victim& v, __rlimit_resource what, const rlimit& to) {
    // It may have ended of what it was done, and be started again without.
    if (::prlimit(v.pid, what, &to, nullptr) != 0 && errno != ESRCH)
        throw std::system_error(errno, std::generic_category(), "prlimit");
}

// No more memory than it has: what a leak comes to in the end.
void limit_it(const victim& v) {
    limit(v, RLIMIT_AS, {1 << 20, 1 << 20});
}

// None of its files may be written, while those of others may: writes fail as on a full disk of its
// own, with EFBIG instead of ENOSPC (man 2 setrlimit).
void fill_it(const victim& v) {
    limit(v, RLIMIT_FSIZE, {0, RLIM_INFINITY});
    std::this_thread::sleep_for(lasts);
    limit(v, RLIMIT_FSIZE, {RLIM_INFINITY, RLIM_INFINITY});
}

void on_its_edges(const victim& v, edge_trouble what) {
    v.edges->trouble(v.module, what);
    std::this_thread::sleep_for(lasts);
    v.edges->trouble(v.module, {});
}

void slow_it(const victim& v) {
    on_its_edges(v, {.delay = milliseconds(200)});
}

void fail_it(const victim& v) {
    on_its_edges(v, {.failing_permille = 100});
}

constexpr std::array<trouble, 6> troubles{{{"killed", kill_it},
                                           {"hung", hang_it},
                                           {"slowed by 200 ms", slow_it, true},
                                           {"failing 10 %", fail_it, true},
                                           {"out of memory", limit_it},
                                           {"no room on disk", fill_it}}};

// From the beginning of the trouble.
struct outage {
    std::int64_t first_ms = -1, last_ms = -1;
    std::int64_t bad_ms = 0;  // tenths of a second with more than a hundredth of wrong answers
};

outage outage_of(const load_result& load) {
    constexpr std::int64_t step_ns = 100'000'000;
    const std::int64_t begin_ns = nanoseconds(calm_before).count();
    outage out;
    std::vector<std::pair<std::int64_t, std::int64_t>> steps;  // all, wrong
    for (const auto& s : load.samples) {
        const auto i = static_cast<std::size_t>(s.at_ns / step_ns);
        if (steps.size() <= i) steps.resize(i + 1);
        ++steps[i].first;
        if (s.how == outcome::right || s.at_ns < begin_ns - step_ns) continue;
        ++steps[i].second;
        const auto at_ms = (s.at_ns - begin_ns) / 1'000'000;
        if (out.first_ms < 0 || at_ms < out.first_ms)
            out.first_ms = std::max<std::int64_t>(at_ms, 0);
        out.last_ms = std::max({out.last_ms, at_ms, std::int64_t{0}});
    }
    for (const auto& [all, wrong] : steps)
        if (wrong * 100 > all) out.bad_ms += step_ns / 1'000'000;
    return out;
}

// Which kinds of requests failed while it lasted.
void add_radius(record& out, const load_result& load, const outage& o) {
    const std::int64_t begin_ns = nanoseconds(calm_before).count();
    const std::int64_t end_ns = begin_ns + (o.last_ms + 1) * 1'000'000;
    std::int64_t kinds_hit = 0, all = 0, failed = 0;
    for (std::size_t kind = 0; kind < visit_kinds.size(); ++kind) {
        std::int64_t asked = 0, wrong = 0;
        for (const auto& s : load.samples) {
            if (s.kind != kind || s.at_ns < begin_ns || s.at_ns > end_ns) continue;
            ++asked;
            if (s.how != outcome::right) ++wrong;
        }
        all += asked;
        failed += wrong;
        if (wrong > 0) ++kinds_hit;
        if (asked > 0) out.add(fmt::format("failed_permille_{}", kind), wrong * 1'000 / asked);
    }
    out.add("kinds_hit", kinds_hit);
    out.add("failed_permille", all > 0 ? failed * 1'000 / all : 0);
}

record suffer(trial& blog, std::string scenario, const trouble& what, victim who,
              const options& given, std::uint64_t number) {
    auto out = blog.begin_record(std::move(scenario));
    who.pid = blog.owner_of(who.module).pid;
    const traffic load_with{
        .rate_per_s = rate_per_s,
        .warm_up = milliseconds(300),
        .duration = calm_before + (given.how_much == effort::full ? after_full : after_quick),
        .number = number,
        .timeout = std::chrono::seconds(2)};
    const auto load = blog.load_while(load_with, out, [&] {
        std::this_thread::sleep_for(calm_before);
        what.bring(who);
    });
    const auto o = outage_of(load);
    add_radius(out, load, o);
    out.add("error_ms", o.bad_ms);
    out.add("first_failure_ms", std::max<std::int64_t>(o.first_ms, 0));
    out.add("last_failure_ms", std::max<std::int64_t>(o.last_ms, 0));
    add_losses(out, blog, load, load_with);
    add_timeline(out, load);
    return out;
}

// A leaf, and one that all others depend on; what kills is brought to each.
std::vector<std::string_view> victims_of(const trouble& what, effort how_much) {
    if (how_much == effort::quick) return {"comments"};
    if (&what != &troubles.front()) return {"comments", "users"};
    return {"comments", "users", "posts", "notifications", "stats"};
}

std::vector<const trouble*> troubles_of(effort how_much) {
    std::vector<const trouble*> out;
    for (const auto& each : troubles)
        if (how_much == effort::full || out.empty()) out.push_back(&each);
    return out;
}

std::vector<record> measure(const run_context& context, const mode& what, std::int64_t repeat) {
    std::vector<record> out;
    std::uint64_t number = 0;
    for (const auto* const each : troubles_of(context.given.how_much))
        for (const auto module : victims_of(*each, context.given.how_much)) {
            // Each on a blog that nothing has happened to.
            std::optional<proxied_mode> edges;
            if (each->on_edges) edges.emplace(context, what);
            trial blog(context, edges ? edges->what() : what, repeat, small_blog);
            if (edges) edges->lead_in(blog);
            const victim who{std::string(module), 0, edges ? &*edges : nullptr};
            out.push_back(suffer(blog, fmt::format("{} {}", module, each->name), *each, who,
                                 context.given, number++));
        }
    return out;
}

milliseconds takes(const options& given) {
    std::size_t count = 0;
    for (const auto* const each : troubles_of(given.how_much))
        count += victims_of(*each, given.how_much).size();
    return static_cast<int>(count) * (around_a_trial() + killing_takes(given));
}

std::vector<metric_facts> metrics() {
    auto out = together({outage_facts(), answer_facts(), latency_facts()});
    for (std::size_t kind = 0; kind < visit_kinds.size(); ++kind)
        out.push_back({fmt::format("failed_permille_{}", kind),
                       fmt::format("{} fails", visit_kinds[kind].name),
                       fmt::format("{} 실패", korean(visit_kinds[kind].name)), "permille"});
    return out;
}

}  // namespace

record with_one_killed(trial& blog, std::string_view module, std::string scenario,
                       const options& given) {
    constexpr std::uint64_t number = 60;
    return suffer(blog, std::move(scenario), troubles.front(), {.module = std::string(module)},
                  given, number);
}

milliseconds killing_takes(const options& given) {
    return milliseconds(800) + calm_before +
           (given.how_much == effort::full ? after_full : after_quick);
}

std::vector<metric_facts> outage_facts() {
    return {{"kinds_hit", "kinds of requests that fail (of 9)", "실패한 요청 종류(9 중)", "count"},
            {"failed_permille", "requests that fail meanwhile", "그동안 실패한 요청", "permille"},
            {"error_ms", "time with errors", "오류가 난 시간", "ms"},
            {"first_failure_ms", "first failure after", "첫 실패까지", "ms", "neither"},
            {"last_failure_ms", "last failure after", "마지막 실패까지", "ms"},
            {"acknowledged", "comments acknowledged", "확인된 댓글", "count", "neither"},
            {"lost", "of them lost", "그중 유실", "count"},
            {"doubled", "written twice", "두 번 기록", "count"}};
}

experiment fault() {
    return {.name = "fault",
            .question = "What fails when a module is in trouble, and for how long?",
            .question_ko = "모듈 하나에 문제가 생기면 무엇이 얼마 동안 실패하는가?",
            .metrics = metrics(),
            .modes = given_modes,
            .takes = takes,
            .measure = measure};
}

}  // namespace cleave::compare
