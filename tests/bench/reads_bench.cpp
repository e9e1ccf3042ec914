// Reading, as a ratio to a bound in the same run, with 100 articles and with 100,000:
//
//     bound = 1 / (bare Beast sending the same bytes + the same content from bare SQLite)
//
// Server and load have a core each. The programs alternate, and medians are compared.
#include <fmt/format.h>
#include <compare/seeded.hpp>
#include <csignal>
#include <support/scratch_folder.hpp>

#include "bare.hpp"
#include "driver.hpp"
#include "figures.hpp"

namespace {

using namespace cleave;
using bench::driver, bench::figures;

constexpr int repeats = 3;
constexpr double tail_load = 0.7;         // of what the server can do
constexpr double tail_rate_max = 40'000;  // requests a second: about what the generator can do
constexpr std::size_t paths_max = 2'000;

struct work {
    const char* name;
    std::vector<std::string> paths;
    double sql_us;
};

// p99 over p50 of an open loop. More than the generator can send says nothing of the server.
double tail_ratio(const std::string& address, const work& w, double per_second) {
    const compare::load_window window{std::chrono::seconds(1), std::chrono::seconds(3)};
    const auto times = compare::arrivals(1, per_second, std::chrono::seconds(4));
    const auto source = [&](std::uint64_t i) {
        return bench::get_call(address, w.paths[i % w.paths.size()]);
    };
    const std::atomic<bool> never = false;
    const auto load =
        compare::run_open_loop(bench::target_at(address, 32), window, times, source, {}, never);
    const auto sorted = load.sorted_latencies_ns();
    if (sorted.empty()) throw std::runtime_error("no answer under load");
    if (load.generator.was_bottleneck()) fmt::print(stderr, "{}: the generator was slow\n", w.name);
    const auto at = [&](double share) {
        const auto last = static_cast<double>(sorted.size() - 1);
        return static_cast<double>(sorted[static_cast<std::size_t>(share * last)]);
    };
    return at(0.99) / at(0.5);
}

double measure(const std::string& address, driver& blog, const work& w, int articles,
               figures& out) {
    const auto body = blog.ask({.target = w.paths.front()});
    const bench::bare_beast beast(body);
    std::vector<double> bare, ours;
    for (int i = 0; i < repeats; ++i) {
        bare.push_back(bench::requests_per_second(beast.address(), w.paths));
        ours.push_back(bench::requests_per_second(address, w.paths));
    }
    const double per_second = bench::median(ours);
    const double bound = 1e6 / (1e6 / bench::median(bare) + w.sql_us);
    const auto label = [&](const char* what) {
        return fmt::format("{}, {} articles: {}", w.name, articles, what);
    };
    out.add({label("bare Beast"), bench::median(bare), "requests/s"});
    out.add({label("bare SQLite"), w.sql_us, "us"});
    out.add({label("bound"), bound, "requests/s"});
    out.add({label("cleave"), per_second, "requests/s"});
    out.add({label("cleave / bare Beast"), per_second / bench::median(bare), ""});
    out.add({label("cleave / bound"), per_second / bound, "", 0.75});

    // Bare Beast that is as busy at each request: its tail is the machine's.
    const bench::bare_beast as_busy(body, 1e6 / per_second - 1e6 / bench::median(bare));
    const double rate = std::min(tail_load * per_second, tail_rate_max);
    std::vector<double> machine, tails;
    for (int i = 0; i < repeats; ++i) {
        machine.push_back(tail_ratio(as_busy.address(), w, rate));
        tails.push_back(tail_ratio(address, w, rate));
    }
    const auto at_rate = fmt::format("p99 / p50 at {:.0f} % load", 100 * rate / per_second);
    out.add({label(at_rate.c_str()), bench::median(tails), "", {}, 4});
    out.add({label("the same of bare Beast, as busy"), bench::median(machine), ""});
    return per_second;
}

// Of the paths, so many that every page of the database is touched now and then.
std::vector<std::string> some_of(std::vector<std::string> paths) {
    compare::seeded random(1);
    for (std::size_t i = paths.size(); i > 1; --i) std::swap(paths[i - 1], paths[random.below(i)]);
    if (paths.size() > paths_max) paths.resize(paths_max);
    return paths;
}

struct capacities {
    double article = 0;
    double list = 0;
};

capacities measure_with(int articles, figures& out) {
    const test::scratch_folder data;
    auto sql = bench::bare_sqlite(data.path(), articles);
    capacities out_of;
    {
        const auto served = bench::serve_pinned(data.path());
        driver blog(served.public_at);
        blog.become("ann");
        const work article{"article", some_of(bench::publish(blog, articles)), sql["article_us"]};
        const work list{"list", {"/api/articles?limit=20"}, sql["list_us"]};
        out_of.article = measure(served.public_at, blog, article, articles, out);
        out_of.list = measure(served.public_at, blog, list, articles, out);
        served.process->signal(SIGTERM);
        served.process->wait();
    }
    const auto start = std::chrono::steady_clock::now();
    const auto again = bench::serve_pinned(data.path());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    out.add({fmt::format("start to ready, {} articles", articles), took.count(), "s", {}, 0.3});
    return out_of;
}

}  // namespace

int main(int argc, char** argv) {
    figures out("Reading, 32 connections, one core for the server; median of 3 runs of 4 s", argc,
                argv);
    const auto few = measure_with(100, out);
    const auto many = measure_with(100'000, out);
    out.add({"article: 100 articles / 100,000", few.article / many.article, "", {}, 1.3});
    out.add({"list: 100 articles / 100,000", few.list / many.list, "", {}, 1.3});
    return out.tell();
}
