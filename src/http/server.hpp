#pragma once
// An HTTP/1.1 server: every I/O thread accepts from one listening socket. A connection goes to the
// thread that has the fewest, and stays there.
//
// What it refuses and why stands in guard.hpp. Requests on a connection are answered in order;
// a request that was not read whole closes the connection after the answer.
#include <atomic>
#include <base/io_threads.hpp>
#include <base/unique_fd.hpp>
#include <chrono>
#include <http/client_address.hpp>
#include <http/routing/route.hpp>
#include <memory>
#include <telemetry/counting.hpp>

namespace cleave::http {

struct server_limits {
    std::size_t header_bytes_max = 8 * 1024;
    std::size_t header_fields_max = 100;
    std::size_t target_bytes_max = 4 * 1024;
    std::size_t connections_max = 10'000;
    // Of one address (of IPv6: its /64). 0: no limit. Loopback has none unless it is said so.
    std::size_t connections_per_address_max = 0;
    std::size_t requests_per_second_max = 0;  // in the long run
    std::size_t requests_burst_max = 1'000;   // at once, after a pause
    bool loopback_is_limited = false;
    // Of all bodies together that are being received or worked on, beyond what fits beside their
    // headers; above: 503. 0: no limit.
    std::size_t bodies_bytes_max = 64 << 20;
    // How long what is ready may wait for its turn before requests are turned away with 503;
    // 0: none are. See load_shedder.hpp.
    std::chrono::milliseconds queue_delay_max{250};
    trusted_proxies proxies{};                         // behind which clients are told apart
    std::chrono::milliseconds idle_timeout{75'000};    // between requests
    std::chrono::milliseconds header_timeout{10'000};  // from its first byte; at first, from accept
    std::chrono::milliseconds body_timeout{30'000};
    std::chrono::milliseconds write_timeout{30'000};    // of an answer; of a piece of a stream
    std::chrono::milliseconds request_timeout{10'000};  // becomes the call's deadline
    std::chrono::milliseconds slow_request{1'000};      // logged from then on
    bool is_edge = false;  // decides which requests are recorded (telemetry/recorder.hpp)
};

// Whether a request may be turned away while there are too many (load_shedder.hpp).
enum class shedding {
    never,           // what somebody has begun to work for already, or asks how it is
    at_once,         // before its body is read
    by_the_service,  // whose handle() is given shed_target, to say so in its own way
};
inline constexpr std::size_t shed_target = SIZE_MAX - 2;

// Where the requests of one listener go. Called on I/O threads, for several requests at once.
class service {
public:
    virtual ~service() = default;

    // The header is read, the body is not. The request has everything but its body. Either an
    // answer at once (then the body is not read), or how large the body may be.
    struct admission {
        std::optional<response> refused{};
        std::size_t body_bytes_max = 0;
        std::size_t target = 0;  // for the service itself; handed back to handle()
        bool streaming = false;  // may be answered with a stream, and has no deadline
        shedding when_overloaded = shedding::never;
    };
    virtual admission admit(request& r) = 0;

    virtual async<response> handle(request& r, std::size_t target) = 0;

    // Every answer passes here before it leaves, those of the server itself too; where the header
    // could not be read, the request is empty. `headers` takes whole lines more. Does not throw.
    virtual void finish(const request&, response&, std::string& /*headers*/) {}
};

struct server_counters {  // Read by metrics; counted per thread, summed here.
    std::uint64_t requests = 0;
    std::uint64_t responses_by_class[6] = {};  // [2]: 2xx
    std::uint64_t failures = 0;                // 5xx but 503, 504 and 507
    std::uint64_t refused_requests = 0;        // by the guard
    std::uint64_t shed_requests = 0;           // since there were too many
    std::uint64_t queue_delay_ns = 0;          // as last measured, on the thread with the longest
    std::uint64_t bodies_bytes = 0;            // see server_limits::bodies_bytes_max
    std::uint64_t open_connections = 0;
    std::uint64_t received_bytes = 0;
    std::uint64_t sent_bytes = 0;
};

struct route_counters {
    std::optional<std::size_t> target{};  // nothing: of no route
    std::uint64_t responses_by_class[6] = {};
    telemetry::latencies latency{};  // from the end of the header to the beginning of the answer
};

struct server_core;

class server {
public:
    // Starts to accept with start(). The threads must outlive the server, and the service them.
    server(io_threads& threads, unique_fd listener, service& target, server_limits limits = {});
    ~server();

    void start();

    // Takes no new connections until resume(): they wait in the listener, or another process that
    // has it too takes them. What is open goes on. From any thread.
    void pause();
    // The same, and each connection ends with its next answer.
    void wind_down();
    void resume();

    // Closes the listener, ends idle connections and answers what is under way with
    // `Connection: close`. Calls `done` once, on I/O thread 0, when the last connection has gone or
    // `patience` is over and the rest were cut off. From any thread; only the first call counts.
    void drain(std::chrono::milliseconds patience, std::function<void()> done);

    // Those by address, of connections and of bodies, and of the delay; the others need a new
    // server. Whether loopback is limited holds for new connections. From any thread.
    void change_limits(const server_limits& to);

    server_counters counters() const;
    // Of the routes that were asked for, by the number that the service gives them.
    std::vector<route_counters> routes() const;

private:
    std::shared_ptr<server_core> core_;
};

}  // namespace cleave::http
