// Durable writing: comments by 64 connections, against bare SQLite writing all the rows that a
// comment causes, 64 of them a transaction, and against the same with a transaction a row. Server
// and load have a core each.
#include <fmt/format.h>
#include <support/scratch_folder.hpp>

#include "driver.hpp"
#include "figures.hpp"

namespace {

using namespace cleave;

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

}  // namespace

int main(int argc, char** argv) {
    bench::figures out("Durable comments, 64 connections; median of 3 runs of 4 s", argc, argv);
    const test::scratch_folder data;
    const auto served = bench::serve_pinned(data.path());
    bench::driver blog(served.public_at);
    blog.become("ann");
    const auto paths = bench::publish(blog, articles);
    blog.become("ben");
    std::vector<double> grouped, one_by_one, ours;
    for (int i = 0; i < repeats; ++i) {
        const test::scratch_folder bare;
        auto sql = bench::bare_sqlite(bare.path(), articles);
        grouped.push_back(sql["grouped_per_s"]);
        one_by_one.push_back(sql["one_by_one_per_s"]);
        ours.push_back(comments_per_second(served.public_at, blog.token(), paths));
    }
    const double per_second = bench::median(ours);
    out.add({"bare SQLite, 64 comments a commit", bench::median(grouped), "comments/s"});
    out.add({"bare SQLite, a commit a row", bench::median(one_by_one), "comments/s"});
    out.add({"cleave", per_second, "comments/s"});
    out.add({"cleave / group commit", per_second / bench::median(grouped), "", 0.5});
    out.add({"cleave / a commit a row", per_second / bench::median(one_by_one), "", 2.5});
    return out.tell();
}
