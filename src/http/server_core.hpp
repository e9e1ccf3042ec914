#pragma once
// What the parts of one server share: its sessions, its accept loops and server itself.
#include <atomic>
#include <http/deadlines.hpp>
#include <http/load_shedder.hpp>
#include <http/rate_limit.hpp>
#include <http/server.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <telemetry/counting.hpp>
#include <unordered_map>
#include <vector>

namespace cleave::http {

class session;

using coarse_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, executor>;

using telemetry::counter;

// Answers of one route, as its service numbers them.
struct route_count {
    counter by_class[6];
    telemetry::latency_histogram latency;
};
inline constexpr std::size_t unrouted = 256;  // of no route, or of one with a number above

// A thread's share. All but the counters and `open` belongs to that thread alone, and what is bound
// to its io_context is owned by the coroutines there: pointers to it are null when it has gone.
struct alignas(64) server_thread {
    explicit server_thread(asio::io_context& c) : context(c) {}

    asio::io_context& context;
    session* sessions = nullptr;           // intrusive list
    std::function<void()> stop_accepting;  // empty: not accepting
    load_shedder load;
    std::optional<steady_time> delay_due;  // of the measurement that is under way
    std::atomic<std::uint64_t> queue_delay_ns = 0;
    bool draining = false;
    bool winding_down = false;  // connections end with their next answer

    // Not more lines of the log than may be.
    bool may_log(std::chrono::steady_clock::time_point now);
    std::chrono::steady_clock::time_point log_window{};
    unsigned logged = 0, left_out_of_log = 0;

    telemetry::lazy_table<route_count, unrouted + 1> routes;
    counter requests;
    counter responses_by_class[6];
    counter failures;
    counter refused_requests;
    counter shed_requests;
    counter received_bytes;
    counter sent_bytes;
    alignas(64) std::atomic<std::size_t> open{0};  // connections, those on their way here included
};

// How many connections each address has. IPv6 addresses count by /64, which is what one customer
// gets. Off where there is no limit, for Unix sockets always, and for loopback as a rule.
class address_limit {
public:
    explicit address_limit(std::size_t max, bool keyed = false, bool loopback = false)
        : max_(max), keyed_(keyed || max > 0), loopback_(loopback) {}

    struct key {
        std::uint64_t prefix = 0;  // 0: not counted
    };
    key key_of(const client_address& address) const;
    bool enter(key k);  // false: too many
    void leave(key k);
    void set(std::size_t max, bool keyed, bool loopback);

private:
    std::atomic<std::size_t> max_;  // 0: no limit
    std::atomic<bool> keyed_;       // addresses have keys, since somebody counts by them
    std::atomic<bool> loopback_;    // has one too
    std::mutex mutex_;
    std::unordered_map<std::uint64_t, std::size_t> count_;
};

// Those of the limits that may change while the server runs.
struct changing_limits {
    explicit changing_limits(const server_limits& from) { *this = from; }
    changing_limits& operator=(const server_limits& from) {
        connections_max = from.connections_max;
        bodies_bytes_max = from.bodies_bytes_max;
        queue_delay_max = from.queue_delay_max;
        return *this;
    }
    std::atomic<std::size_t> connections_max;
    std::atomic<std::size_t> bodies_bytes_max;
    std::atomic<std::chrono::milliseconds> queue_delay_max;
};

struct server_core : std::enable_shared_from_this<server_core> {
    server_core(io_threads& io, unique_fd from, service& service, server_limits most);

    service& target;
    const server_limits limits;
    changing_limits now;  // in place of what stands there
    std::vector<std::unique_ptr<server_thread>> threads;
    address_limit addresses;
    rate_limit requests;  // by address
    unique_fd listener;   // each thread that accepts has a copy

    // Accept loops and connections that have not ended.
    std::atomic<std::size_t> alive{0};
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> bodies_bytes{0};

    // On the thread itself.
    void accept_on(server_thread& thread, unique_fd from);
    void accepted(server_thread& by, unique_fd fd, const void* peer);
    void adopt(server_thread& thread, unique_fd fd, address_limit::key key,
               const client_address& peer);
    void stop(server_thread& thread);  // accepting, and what waits for a request
    void cut(server_thread& thread);   // everything
    void measure_delay(server_thread& thread, steady_time at);
    void note_delay(server_thread& thread, load_shedder::delay waited, steady_time at);

    void connection_ended(server_thread& thread, address_limit::key key);
    // Not called for what goes down with its io_context: then nobody is told any more.
    void part_ended();

    void pause(bool last_answers);
    // On thread 0.
    void begin_drain(std::chrono::milliseconds patience, std::function<void()> done);
    void patience_over();
    void finish_drain();
    std::function<void()> when_drained;
    bool drain_begun = false;
    std::weak_ptr<coarse_timer> patience_timer;
};

}  // namespace cleave::http
