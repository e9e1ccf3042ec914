// Can the load generator of `cleave compare` be believed? Beside wrk, on a server whose own speed
// is known: bare Beast that takes so long for each answer, and 32 connections that are always busy.
#include <fmt/format.h>

#include "bare.hpp"
#include "driver.hpp"
#include "figures.hpp"

namespace {

using namespace cleave;

constexpr int repeats = 3;
constexpr double busy_us = 100;

double by_the_generator(const std::string& address, const std::string& path) {
    const std::atomic<bool> never = false;
    const auto load = compare::run_closed_loop(
        bench::target_at(address, 32), {std::chrono::seconds(1), std::chrono::seconds(3)},
        [&](std::uint64_t) { return bench::get_call(address, path); }, {}, never);
    return load.goodput_per_s();
}

}  // namespace

int main(int argc, char** argv) {
    bench::figures out(
        fmt::format("The load generator beside wrk; medians of {} alternating runs", repeats), argc,
        argv);
    const bench::bare_beast server(std::string(1'200, 'x'), busy_us);
    std::vector<double> ours, others;
    for (int i = 0; i < repeats; ++i) {
        others.push_back(bench::requests_per_second(server.address(), {"/x"}));
        ours.push_back(by_the_generator(server.address(), "/x"));
    }
    using bench::median;
    out.add({"wrk", median(others), "requests/s"});
    out.add({"the generator", median(ours), "requests/s"});
    out.add({"the generator / wrk", median(ours) / median(others), "", 0.95, 1.05});
    return out.tell();
}
