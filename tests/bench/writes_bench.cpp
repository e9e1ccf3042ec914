// Durable writing: comments by 64 connections, against bare SQLite writing all the rows that a
// comment causes, 64 of them a transaction, and against the same with a transaction a row. Server
// and load have a core each.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <support/scratch_folder.hpp>

#include "driver.hpp"
#include "figures.hpp"

namespace {

using namespace cleave;
using bench::driver;

constexpr int articles = 100;
constexpr int repeats = 3;

double comments_per_second(const std::string& address, const std::string& token,
                           const std::vector<std::string>& paths) {
    const compare::load_window window{std::chrono::seconds(1), std::chrono::seconds(4)};
    const std::string body = R"({"comment":{"body":")" + std::string(180, 'c') + R"("}})";
    const auto source = [&](std::uint64_t i) {
        return bench::post_call(address, paths[i % paths.size()] + "/comments", token, body, 201);
    };
    const std::atomic<bool> never = false;
    const auto load =
        compare::run_closed_loop(bench::target_at(address, 64), window, source, {}, never);
    const auto outcomes = load.outcomes();
    for (std::size_t i = 1; i < outcomes.size(); ++i)
        if (outcomes[i] != 0)
            throw std::runtime_error(fmt::format("{} comments were not written", outcomes[i]));
    if (load.generator.was_bottleneck())
        fmt::print("the load generator was the limit: the blog can do more\n");
    return load.goodput_per_s();
}

constexpr int notified_comments = 300;

// From the answer to a comment until the author of the article can read of it; the 99th percentile,
// in milliseconds, of comments one after the other.
double notified_after_ms(driver& author, driver& reader, const std::string& article) {
    const bench::wanted notifications{.target = "/api/notifications?limit=1"};
    const auto known = [&] {
        return boost::json::parse(author.ask(notifications)).at("notificationsCount").as_int64();
    };
    std::vector<double> lags;
    for (int i = 0; i < notified_comments; ++i) {
        const auto before = known();
        bench::wanted comment{http::verb::post, article + "/comments", {}, 201};
        comment.body = R"({"comment":{"body":"A word about this"}})";
        reader.ask(comment);
        const auto answered = std::chrono::steady_clock::now();
        while (known() == before) continue;
        const std::chrono::duration<double, std::milli> lag =
            std::chrono::steady_clock::now() - answered;
        lags.push_back(lag.count());
    }
    std::ranges::sort(lags);
    return lags[lags.size() * 99 / 100];
}

}  // namespace

int main(int argc, char** argv) {
    bench::figures out("Durable comments, 64 connections; median of 3 runs of 4 s", argc, argv);
    const test::scratch_folder data;
    const auto served = bench::serve_pinned(data.path());
    driver ann(served.public_at), ben(served.public_at);
    ann.become("ann");
    const auto paths = bench::publish(ann, articles);
    ben.become("ben");
    const double lag_ms = notified_after_ms(ann, ben, paths.front());
    std::vector<double> grouped, one_by_one, ours;
    for (int i = 0; i < repeats; ++i) {
        const test::scratch_folder bare;
        auto sql = bench::bare_sqlite(bare.path(), articles);
        grouped.push_back(sql["grouped_per_s"]);
        one_by_one.push_back(sql["one_by_one_per_s"]);
        ours.push_back(comments_per_second(served.public_at, ben.token(), paths));
    }
    const double per_second = bench::median(ours);
    out.add({"bare SQLite, 64 comments a commit", bench::median(grouped), "comments/s"});
    out.add({"bare SQLite, a commit a row", bench::median(one_by_one), "comments/s"});
    out.add({"cleave", per_second, "comments/s"});
    out.add({"cleave / group commit", per_second / bench::median(grouped), "", 0.5});
    out.add({"cleave / a commit a row", per_second / bench::median(one_by_one), "", 2.5});
    out.add({"comment to notification, p99 of 300", lag_ms, "ms", {}, 10});
    return out.tell();
}
