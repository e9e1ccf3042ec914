// Memory after a million mixed requests, and after another: reads of articles and lists, comments,
// and people who ask for what is not there. PSS counts the pages of the databases that the process
// has mapped, which grow with what is written; what must stay flat is the rest.
#include <fmt/format.h>
#include <compare/seeded.hpp>
#include <fstream>
#include <support/scratch_folder.hpp>

#include "driver.hpp"
#include "figures.hpp"

namespace {

using namespace cleave;

constexpr std::int64_t requests = 2'000'000;

struct memory {
    double all_mib = 0;
    double own_mib = 0;  // anonymous
};

memory memory_of(pid_t pid) {
    memory out;
    std::ifstream in(fmt::format("/proc/{}/smaps_rollup", pid));
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("Pss:")) out.all_mib = std::stod(line.substr(4)) / 1024;
        if (line.starts_with("Pss_Anon:")) out.own_mib = std::stod(line.substr(9)) / 1024;
    }
    if (out.all_mib == 0) throw std::runtime_error("the blog is gone");
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    bench::figures out("Memory under two million mixed requests, 64 connections", argc, argv);
    const test::scratch_folder data;
    const auto served = bench::serve_pinned(data.path());
    bench::driver blog(served.public_at);
    blog.become("ann");
    const auto paths = bench::publish(blog, 1000);
    const auto& address = served.public_at;
    const std::string body = R"({"comment":{"body":"A line of text, as people write them."}})";
    compare::seeded random(1);
    const auto source = [&](std::uint64_t) {
        const auto& path = paths[random.below(paths.size())];
        switch (random.below(20)) {
            case 0: return bench::post_call(address, path + "/comments", blog.token(), body, 201);
            case 1: return bench::get_call(address, "/api/articles?limit=20");
            case 2: return bench::get_call(address, "/api/articles?tag=bench&offset=100");
            case 3: {
                auto nothing = bench::get_call(address, path + "-not");
                nothing.status = 404;
                return nothing;
            }
            default: return bench::get_call(address, path);
        }
    };
    const std::atomic<bool> never = false;
    std::int64_t done = 0, wrong = 0, next_mark = requests / 4;
    double at_half = 0;
    out.add({"before", memory_of(served.process->pid()).all_mib, "MiB"});
    while (done < requests) {
        const auto load = compare::run_closed_loop(
            bench::target_at(address, 64), {std::chrono::seconds(0), std::chrono::seconds(5)},
            source, {}, never);
        const auto outcomes = load.outcomes();
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            done += outcomes[i];
            if (i != 0) wrong += outcomes[i];
        }
        fmt::print(stderr, "\r{} of {} requests", done, requests);
        for (; done >= next_mark && next_mark <= requests; next_mark += requests / 4) {
            const memory now = memory_of(served.process->pid());
            if (next_mark == requests / 2) at_half = now.own_mib;
            out.add({fmt::format("after {} requests", next_mark), now.all_mib, "MiB", {}, 96});
            out.add({"  of it not mapped from files", now.own_mib, "MiB"});
        }
    }
    fmt::print(stderr, "\n");
    const double now = memory_of(served.process->pid()).own_mib;
    out.add({"own memory, growth in the second million", now / at_half, "", {}, 1.1});
    out.add({"wrong answers", static_cast<double>(wrong), "", {}, 0});
    return out.tell();
}
