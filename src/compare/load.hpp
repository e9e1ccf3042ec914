#pragma once
// The load generator: one thread, non-blocking keep-alive connections, every answer checked.
//
// The open loop sends at times that were fixed beforehand, as people do who know nothing of each
// other, and measures from the *intended* time. A generator that waits for an answer before it
// sends the next request stops asking just while the server is slow, and so hides it: "coordinated
// omission" (Gil Tene, "How NOT to measure latency"). Samples are all kept; percentiles are exact.
#include <array>
#include <atomic>
#include <chrono>
#include <compare/http_client.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::compare {

using std::chrono::nanoseconds;

enum class outcome : std::uint8_t {
    right,
    wrong_status,
    wrong_content,
    timed_out,        // nothing within the timeout, the wait for a connection included
    connection_lost,  // refused, reset or closed early
    malformed         // not an HTTP/1.1 reply with a Content-Length
};
inline constexpr std::size_t outcome_count = 6;
using outcome_counts = std::array<std::int64_t, outcome_count>;

// One request, and how its right answer is known.
struct call {
    std::uint8_t kind = 0;  // what it is, for whoever makes them
    std::string bytes{};
    unsigned status = 200;
    std::move_only_function<bool(std::string_view body) const> content_is_right{};  // empty: any is
};
// Makes the index-th request of a workload: always the same one.
using call_source = std::function<call(std::uint64_t index)>;

struct sample {
    std::int64_t latency_ns = 0;  // of one that timed out: until then
    std::uint8_t kind = 0;
    outcome how = outcome::right;
    std::int64_t at_ns = 0;   // when it was meant to be sent, from the window's beginning
    std::uint64_t index = 0;  // of the request
};

// Could the generator itself have been what was slow? Then the run says nothing.
struct generator_health {
    double busy_share = 0;             // of its thread in the window; 1: a whole core
    std::int64_t lateness_p50_ns = 0;  // between the intended time and the generator's waking
    std::int64_t lateness_p90_ns = 0;
    std::int64_t lateness_p99_ns = 0;
    // Late for a hundredth of its requests, and little to do: that was the machine, and spoils no
    // more than the highest percentiles.
    bool was_bottleneck() const { return busy_share > 0.8 || lateness_p90_ns > 1'000'000; }
};

struct load_result {
    std::vector<sample> samples;  // of the window alone
    double window_s = 0;
    generator_health generator{};
    bool interrupted = false;

    outcome_counts outcomes() const;
    // Right answers a second.
    double goodput_per_s() const;
    // Of the right ones and of those that timed out, sorted: a wrong answer that came fast must
    // not make a system look fast, nor a missing one.
    std::vector<std::int64_t> sorted_latencies_ns() const;
    std::vector<std::int64_t> sorted_latencies_ns(std::uint8_t kind) const;
};

// Called on the generator's thread when what counts begins and ends.
struct window_hooks {
    std::function<void()> begins = [] {};
    std::function<void()> ends = [] {};
};

struct load_target {
    asio::ip::tcp::endpoint peer;
    std::size_t connections = 64;  // in all; who finds none free waits, and the wait counts
    nanoseconds timeout = std::chrono::seconds(5);
};

struct load_window {
    nanoseconds warm_up{0};  // dropped
    nanoseconds duration{0};
};

// Times from the start at which requests are sent: a Poisson process.
std::vector<nanoseconds> arrivals(std::uint64_t seed, double rate_per_s, nanoseconds length);

// A request belongs to the window if it was meant to be sent in it. Returns when each is answered
// or has timed out. Where `stop` becomes true, soon.
load_result run_open_loop(const load_target& target, const load_window& window,
                          const std::vector<nanoseconds>& times, const call_source& source,
                          const window_hooks& hooks, const std::atomic<bool>& stop);

// Each connection sends its next request when it has the answer: what the system can do at most.
// Its latencies say little (see above). A request belongs to the window if it was answered in it.
load_result run_closed_loop(const load_target& target, const load_window& window,
                            const call_source& source, const window_hooks& hooks,
                            const std::atomic<bool>& stop);

// Visitors who think before each request; think times follow from the seed.
struct thinking_users {
    std::size_t count = 0;  // each has a connection: the target's own number does not matter
    std::chrono::milliseconds think_min{0};
    std::chrono::milliseconds think_max{0};
    std::chrono::milliseconds think_mean{0};  // not 0: exponentially distributed instead
    std::uint64_t seed = 0;

    nanoseconds think(std::uint64_t index) const;
};

// Latency counts from when a request is sent, and a request belongs to the window if it was sent
// in it: nobody meant to send it earlier.
load_result run_users(load_target target, const load_window& window, const thinking_users& users,
                      const call_source& source, const window_hooks& hooks,
                      const std::atomic<bool>& stop);

}  // namespace cleave::compare
