// A flood of logins, four times as many as can be checked, while articles are read. The server has
// core 0, hashing included; reading should keep what hashing leaves of it.
//
//     kept = reads in the flood / (reads without × (1 - share of the core that hashing got))
//
// That share is known from the logins that were checked: alone, they have the core to themselves.
#include <fmt/format.h>
#include <future>
#include <support/scratch_folder.hpp>

#include "driver.hpp"
#include "figures.hpp"

namespace {

using namespace cleave;

// Of people who do not exist, from many addresses' worth of names: each costs a hash all the same.
compare::call login_call(const std::string& address, std::uint64_t i, unsigned status) {
    const auto body = fmt::format(
        R"({{"user":{{"email":"nobody{}@example.com","password":"not the password"}}}})", i);
    return bench::post_call(address, "/api/users/login", "none", body, status);
}

}  // namespace

int main(int argc, char** argv) {
    bench::figures out("A flood of logins at four times capacity, beside reading", argc, argv);
    const test::scratch_folder data;
    const auto served = bench::serve_pinned(data.path());
    bench::driver blog(served.public_at);
    blog.become("ann");
    const auto paths = bench::publish(blog, 100);
    const auto& address = served.public_at;
    const std::atomic<bool> never = false;

    const double reads = bench::requests_per_second(address, paths);
    const auto alone = compare::run_closed_loop(
        bench::target_at(address, 4), {std::chrono::seconds(1), std::chrono::seconds(4)},
        [&](std::uint64_t i) { return login_call(address, i, 401); }, {}, never);
    const double logins = alone.goodput_per_s();

    // The flood begins before wrk and ends after it.
    const auto length = std::chrono::seconds(7);
    auto flood = std::async(std::launch::async, [&] {
        const auto times = compare::arrivals(1, 4 * logins, length);
        return compare::run_open_loop(
            bench::target_at(address, 512), {std::chrono::seconds(1), std::chrono::seconds(5)},
            times, [&](std::uint64_t i) { return login_call(address, 1'000'000 + i, 429); }, {},
            never);
    });
    const double reads_in_flood = bench::requests_per_second(address, paths);
    const auto load = flood.get();
    std::int64_t checked = 0;
    for (const auto& s : load.samples)
        if (s.how == compare::outcome::wrong_status) ++checked;  // 401: it was hashed
    const double share = static_cast<double>(checked) / load.window_s / logins;
    const auto refused = load.sorted_latencies_ns();
    const double p99_ms =
        refused.empty() ? 0 : static_cast<double>(refused[refused.size() * 99 / 100]) / 1e6;

    out.add({"logins checked a second, alone", logins, "logins/s"});
    out.add({"share of the core that hashing got in the flood", share, ""});
    out.add({"article reads without a flood", reads, "requests/s"});
    out.add({"article reads in the flood", reads_in_flood, "requests/s"});
    out.add({"reads kept of what hashing leaves", reads_in_flood / (reads * (1 - share)), "", 0.9});
    out.add({"answers 429 in the flood", static_cast<double>(refused.size()), ""});
    out.add({"latency of a 429, p99", p99_ms, "ms", {}, 20});
    return out.tell();
}
