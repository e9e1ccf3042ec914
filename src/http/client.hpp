#pragma once
// A pooled HTTP/1.1 client for one peer. Connections belong to the I/O thread that opened them.
//
// What a failure means (design: three outcomes):
//   not_executed     no connection, or the first byte was never written: nothing was done
//   outcome_unknown  the peer was lost, or the deadline passed, after that; or the answer's seal
//                    does not fit
// A repeatable request that is lost on a *reused* connection is sent once more on a fresh one.
#include <base/io_threads.hpp>
#include <contract/envelope.hpp>
#include <contract/problem.hpp>
#include <http/endpoint.hpp>
#include <http/routing/route.hpp>
#include <memory>

namespace cleave::http {

struct client_limits {
    std::size_t idle_connections_max = 64;  // a thread
    std::size_t in_flight_max = 1024;       // a thread; above: not_executed
    std::size_t header_bytes_max = 8 * 1024;
    std::size_t body_bytes_max = 64 << 20;  // of an answer that is read whole
    std::chrono::milliseconds connect_timeout{1'000};
    std::chrono::milliseconds idle_timeout{30'000};              // below the server's
    std::chrono::milliseconds silence_max = stream_silence_max;  // between pieces of a stream
};

struct client_request {
    verb method = verb::get;
    std::string target{};
    std::string headers{};  // whole lines: "Name: value\r\n"; Host and Content-Length are added
    std::string body{};
    bool repeatable = false;
    bool fresh = false;  // over a new connection: the kept ones lead to a process that hands over
    // Where there is a key, an answer that is not sealed for this envelope is none.
    std::string envelope{};
    const internal_key* key = nullptr;
};

// Carries response::authority from a module's process to the edge, which passes it on to nobody.
inline constexpr std::string_view authority_header = "Cleave-Authority";

// With a 503: nothing was done, for another process takes over just now. The same again over a new
// connection reaches that one.
inline constexpr std::string_view moving_header = "Cleave-Moving";
// Seals the answer of a module's process: see contract/envelope.hpp.
inline constexpr std::string_view seal_header = "Cleave-Seal";

struct client_response {
    unsigned status = 0;
    std::string body;
    std::string content_type;
    // Whole lines: what else was said, but for what concerns this connection or this message alone.
    std::string headers;
    std::string authority;  // response::authority of a module's answer
    bool moving = false;    // see moving_header
    std::string seal;       // see seal_header
};

// The rest of an answer that is told piece by piece. Used on the I/O thread that it came to; the
// connection is closed with it, unless it was read to its end.
class incoming_stream {
public:
    virtual ~incoming_stream() = default;
    // What has come, at most header_bytes_max of it, once there is some; empty at the end. Fails
    // with outcome_unknown when the peer is lost, or is silent for too long.
    virtual async<result<std::string>> read() = 0;
    // Closes the connection: a read() that waits fails.
    virtual void cancel() = 0;
};

// `body` where the answer is a stream; else the head has it all.
struct opened_response {
    client_response head;
    std::unique_ptr<incoming_stream> body;
};

class client {
public:
    client(io_threads& threads, stream_endpoint peer, client_limits limits = {});
    ~client();

    // On an I/O thread. The request stays where it is until then, so that it may be sent again.
    async<result<client_response>> send(const client_request& request, steady_time deadline);
    // The same for an answer that may be a stream (of no known length); the deadline is that of its
    // head. A stream that has begun is not among the requests in flight any more.
    async<result<opened_response>> open(const client_request& request, steady_time deadline);

    // On an I/O thread: whether another request may be in flight.
    bool has_room() const;

    // Another address from now on (a restarted peer); idle connections to the old one are dropped.
    void move_to(stream_endpoint peer);
    // Known to be down: answers not_executed at once, drops idle connections. Undone by move_to
    // and set_down(false).
    void set_down(bool down);

private:
    struct impl;
    class piece_reader;
    std::shared_ptr<impl> impl_;
};

}  // namespace cleave::http
