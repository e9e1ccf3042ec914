#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <compare/absence.hpp>
#include <compare/statistics.hpp>
#include <functional>
#include <thread>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

constexpr milliseconds seen_within{10'000};
constexpr milliseconds look_again_after{1};
constexpr int times = 30;
constexpr double rate_per_s = 100;

std::int64_t number_after(std::string_view body, std::string_view key) {
    const auto at = body.find(key);
    if (at == body.npos) return -1;
    std::int64_t out = 0;
    for (auto i = at + key.size(); i < body.size() && body[i] >= '0' && body[i] <= '9'; ++i)
        out = out * 10 + (body[i] - '0');
    return out;
}

std::int64_t notified(const trial& blog, std::size_t account) {
    const auto got =
        blog.ask({.target = "/api/notifications?limit=1", .token = blog.blog().token(account)});
    return got.status == 200 ? number_after(got.body, R"("notificationsCount":)") : -1;
}

// From now until it is seen.
std::int64_t until(const std::function<bool()>& is_seen) {
    const auto began = steady::now();
    while (!is_seen() && steady::now() - began < seen_within)
        std::this_thread::sleep_for(look_again_after);
    return nanoseconds(steady::now() - began).count();
}

void add_lags(record& out, std::vector<std::int64_t> lags) {
    if (lags.empty()) {
        out.valid = false;
        out.doubts.emplace_back("none of the changes was acknowledged");
        return;
    }
    std::ranges::sort(lags);
    out.add("lag_p50_ns", percentile(lags, 0.5));
    out.add("lag_p99_ns", percentile(lags, 0.99));
}

record profile_lag(const trial& blog, const run_context& context) {
    auto out = blog.begin_record("a profile is changed");
    std::vector<std::int64_t> lags;
    for (int i = 0; i < times; ++i) {
        if (context.stop) throw interrupted();
        const auto article = static_cast<std::size_t>(i) % blog.blog().articles();
        const auto bio = fmt::format("changed {}", i);
        const auto json = fmt::format(R"({{"user":{{"bio":"{}"}}}})", bio);
        const auto changed = blog.ask({.method = "PUT",
                                       .target = "/api/user",
                                       .token = blog.blog().token(blog.blog().author_of(article)),
                                       .json = json});
        if (changed.status != 200) continue;
        const auto& target = blog.blog().article_target(article);
        lags.push_back(until([&] { return blog.ask({.target = target}).body.contains(bio); }));
    }
    add_lags(out, std::move(lags));
    return out;
}

// Of a kind, while the process of a module is gone.
record without(trial& blog, std::string scenario, std::string_view module, visit kind,
               std::uint64_t number) {
    auto out = blog.begin_record(std::move(scenario));
    ::kill(blog.owner_of(module).pid, SIGKILL);
    until([&] { return !blog.find_owner(module); });
    const auto load = blog.load_while({.rate_per_s = rate_per_s,
                                       .kind = kind,
                                       .warm_up = milliseconds(300),
                                       .duration = milliseconds(2'000),
                                       .number = number,
                                       .timeout = std::chrono::seconds(3)},
                                      out, [] {});
    const auto all = static_cast<std::int64_t>(load.samples.size());
    if (all > 0)
        out.add("available_permille",
                load.outcomes()[static_cast<std::size_t>(outcome::right)] * 1'000 / all);
    return out;
}

}  // namespace

std::vector<std::string> stays_away() {
    return {"--restart-delay", "120000", "--set", "http.request_timeout_ms=2000"};
}

void add_notification_lag(record& out, const trial& blog, const run_context& context, int rounds) {
    std::vector<std::int64_t> lags;
    for (int i = 0; i < rounds; ++i) {
        if (context.stop) throw interrupted();
        const auto article = static_cast<std::size_t>(i) % blog.blog().articles();
        const auto author = blog.blog().author_of(article);
        const auto before = notified(blog, author);
        const auto& who = blog.blog().token((author + 1) % blog.blog().accounts());
        const auto json = fmt::format(R"({{"comment":{{"body":"lag {}"}}}})", i);
        const auto written = blog.ask({.method = "POST",
                                       .target = blog.blog().article_target(article) + "/comments",
                                       .token = who,
                                       .json = json});
        if (written.status == 201)
            lags.push_back(until([&] { return notified(blog, author) > before; }));
    }
    add_lags(out, std::move(lags));
}

std::vector<record> without_others(trial& blog, const run_context& context) {
    context.tell("how late, and without others");
    std::vector<record> out;
    out.push_back(profile_lag(blog, context));
    out.push_back(blog.begin_record("a comment is written"));
    add_notification_lag(out.back(), blog, context, times);
    out.push_back(without(blog, "comments without notifications", "notifications",
                          visit::write_comment, 900));
    out.push_back(without(blog, "articles without users", "users", visit::read_article, 901));
    return out;
}

std::vector<metric_facts> absence_facts() {
    return {{"lag_p50_ns", "until it is seen p50", "보일 때까지 p50", "ns"},
            {"lag_p99_ns", "until it is seen p99", "보일 때까지 p99", "ns"},
            {"available_permille", "answered rightly", "바르게 답함", "permille", "higher"}};
}

}  // namespace cleave::compare
