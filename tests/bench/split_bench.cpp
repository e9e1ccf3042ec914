// What a hop between processes costs beside one of bare Beast, which does nothing but pass on.
//
// All that serves has core 0, whoever loads it the last one. The programs alternate, and medians
// are compared. "The same SQL behind it" is bare Beast that does nothing of use for as long as bare
// SQLite needs to read an article.
#include <fmt/format.h>
#include <csignal>
#include <topology/status.hpp>

#include "bare.hpp"
#include "driver.hpp"
#include "figures.hpp"

namespace {

using namespace cleave;
using bench::bare_beast, bench::bare_forwarder, bench::figures;

constexpr int articles = 100;
constexpr int repeats = 5;

// A blog with what is read of it: as anybody, and as somebody, of whom posts asks users whether he
// follows the author.
class filled {
public:
    explicit filled(std::vector<std::string> split) {
        served_ = split.empty() ? bench::serve_pinned(data_.path())
                                : bench::serve_split_pinned(data_.path(), std::move(split));
        bench::driver blog(served_.public_at);
        blog.become("ann");
        paths_ = bench::publish(blog, articles);
        blog.become("ben");
        token_ = blog.token();
        body_ = blog.ask({.target = paths_.front()});
    }
    ~filled() {
        served_.process->signal(SIGTERM);
        served_.process->wait();
    }
    filled(const filled&) = delete;

    const std::string& address() const { return served_.public_at; }
    const std::filesystem::path& data() const { return data_.path(); }
    const std::string& body() const { return body_; }
    const std::vector<std::string>& paths() const { return paths_; }

    double requests_per_second(bool as_somebody) const {
        return bench::requests_per_second(address(), paths_, as_somebody ? token_ : std::string());
    }

private:
    test::scratch_folder data_;
    bench::served served_;
    std::string token_, body_;
    std::vector<std::string> paths_;
};

// Of one connection that asks again and again.
double p50_us(const std::string& address, const std::vector<std::string>& paths) {
    const std::atomic<bool> never = false;
    const auto load = compare::run_closed_loop(
        bench::target_at(address, 1), {std::chrono::milliseconds(300), std::chrono::seconds(1)},
        [&](std::uint64_t i) { return bench::get_call(address, paths[i % paths.size()]); }, {},
        never);
    const auto sorted = load.sorted_latencies_ns();
    if (sorted.empty()) throw std::runtime_error("no answer from " + address);
    return static_cast<double>(sorted[sorted.size() / 2]) / 1e3;
}

void latency(const filled& whole, const filled& split, const filled& by_unix, figures& out) {
    const bare_beast direct(whole.body());
    const bare_forwarder hop(direct.address());
    std::vector<double> bare, bare_hop, one, two, three;
    for (int i = 0; i < repeats; ++i) {
        bare.push_back(p50_us(direct.address(), whole.paths()));
        bare_hop.push_back(p50_us(hop.address(), whole.paths()));
        one.push_back(p50_us(whole.address(), whole.paths()));
        two.push_back(p50_us(split.address(), split.paths()));
        three.push_back(p50_us(by_unix.address(), by_unix.paths()));
    }
    using bench::median;
    const double bare_adds = median(bare_hop) - median(bare);
    const auto add = [&](const char* what, double us) {
        out.add({fmt::format("p50 of one connection: {}", what), us, "us"});
    };
    add("bare Beast", median(bare));
    add("bare Beast behind a hop", median(bare_hop));
    add("article, in one process", median(one));
    add("article, gateway and posts", median(two));
    add("the same over a Unix socket", median(three));
    out.add({"added by our hop / by the bare one",
             (median(two) - median(one)) / bare_adds,
             "",
             {},
             1.5});
    out.add({"over a Unix socket / by the bare one over TCP",
             (median(three) - median(one)) / bare_adds, ""});
}

void throughput(const filled& whole, const filled& split, const filled& by_unix, double sql_us,
                figures& out) {
    const bare_beast behind(whole.body(), sql_us);
    const bare_forwarder one_hop(behind.address()), two_hops(one_hop.address());
    std::vector<double> bare, bare_two, mono, ours, ours_unix, two, two_unix;
    for (int i = 0; i < repeats; ++i) {
        bare.push_back(bench::requests_per_second(one_hop.address(), whole.paths()));
        ours.push_back(split.requests_per_second(false));
        ours_unix.push_back(by_unix.requests_per_second(false));
        mono.push_back(whole.requests_per_second(false));
        bare_two.push_back(bench::requests_per_second(two_hops.address(), whole.paths()));
        two.push_back(split.requests_per_second(true));
        two_unix.push_back(by_unix.requests_per_second(true));
    }
    using bench::median;
    out.add({"bare SQLite", sql_us, "us"});
    out.add({"article, in one process", median(mono), "requests/s"});
    out.add({"bare forwarder, the same SQL behind it", median(bare), "requests/s"});
    out.add({"article, gateway and posts", median(ours), "requests/s"});
    out.add({"ours / the bare forwarder", median(ours) / median(bare), "", 0.7});
    out.add({"the same over a Unix socket", median(ours_unix) / median(bare), ""});
    out.add({"two bare forwarders, the same SQL behind them", median(bare_two), "requests/s"});
    out.add({"article as somebody: gateway, posts and users", median(two), "requests/s"});
    out.add({"ours / two bare forwarders", median(two) / median(bare_two), "", 0.7});
    out.add({"the same over Unix sockets", median(two_unix) / median(bare_two), ""});
}

// Of a process that has served and does nothing now.
void memory(const filled& split, figures& out) {
    const auto status = topology::fetch_status(split.data());
    if (!status) throw std::runtime_error("no status");
    for (const auto& p : status->processes)
        if (p.figures)
            out.add({fmt::format("PSS of {}", p.name),
                     static_cast<double>(p.figures->memory_bytes) / (1 << 20),
                     "MiB",
                     {},
                     25});
}

}  // namespace

int main(int argc, char** argv) {
    figures out(fmt::format("A hop: one core for all that serves; median of {} runs", repeats),
                argc, argv);
    const test::scratch_folder scratch;
    const double sql_us = bench::bare_sqlite(scratch.path(), articles)["article_us"];
    const filled whole({});
    const filled split({"--split", "all"});
    const filled by_unix({"--split", "all", "--set", "calls.wire=unix"});
    latency(whole, split, by_unix, out);
    throughput(whole, split, by_unix, sql_us, out);
    memory(split, out);
    return out.tell();
}
