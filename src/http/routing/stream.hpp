#pragma once
// An answer that is told piece by piece while it is being made, such as Server-Sent Events.
//
//     routes: {.method = verb::get, .path = "/api/ticks", ..., .streaming = true, .handler = ...}
//
//     response r;
//     r.content_type = "text/event-stream";
//     r.stream = [this](body_stream& to) { return tell(to); };   // this outlives the stream
//
//     async<void> ticks::tell(http::body_stream& to) {
//         steady_timer next(co_await asio::this_coro::executor);
//         to.when_closed([&] { next.cancel(); });
//         while (!to.closed()) {
//             const bool told = co_await to.write(tick());
//             if (!told) break;
//             next.expires_after(heartbeat);
//             co_await next.async_wait(use_async_tuple);
//         }
//     }
//
// Only a route with `.streaming` may answer so; where its module runs in another process, the
// gateway passes each piece on as it comes. HTTP/1.1 gets chunks, HTTP/1.0 a body that ends with
// the connection; HEAD gets the head, and the stream is not run.
//
// Who writes nothing for 90 seconds is taken for dead between processes: send heartbeats.
#include <base/async.hpp>
#include <chrono>
#include <functional>
#include <string>

namespace cleave::http {

inline constexpr std::chrono::milliseconds stream_silence_max{90'000};

// The way to the client, as the stream's function sees it: on one I/O thread, and no longer than
// the function runs.
class body_stream {
public:
    // Sends the piece and waits until the socket has taken it, so nothing piles up: a client that
    // takes none of it for the server's write_timeout has gone. False: nobody listens any more.
    // An empty piece is nothing. One at a time.
    virtual async<bool> write(std::string piece) = 0;

    // The client has left (or has ended its side of the connection), or the server drains. Return
    // then; what is written is lost. A stream of known length is not closed by draining.
    virtual bool closed() const = 0;
    // Is called once, on this thread, when it is; at once if it is already. Replaces the last one.
    virtual void when_closed(std::function<void()> call) = 0;

    // To return without having said everything: the client sees that the answer was cut short. An
    // exception does the same, and is logged.
    virtual void abort() = 0;

protected:
    ~body_stream() = default;
};

// Runs after the head was sent, and is destroyed when the answer is over: what it owns lives as
// long. Not run at all for HEAD, or when the client has gone by then.
using stream_function = std::move_only_function<async<void>(body_stream&)>;

}  // namespace cleave::http
