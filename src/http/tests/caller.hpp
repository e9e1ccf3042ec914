#pragma once
// A client on a thread of its own, asked from the test's.
#include <boost/asio/co_spawn.hpp>
#include <future>
#include <http/client.hpp>

#include "fixture.hpp"

namespace cleave::http::test {

using std::chrono::milliseconds;

inline constexpr std::string_view hello =
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello";

struct caller {
    explicit caller(const stream_endpoint& to, client_limits limits = {})
        : c(std::make_unique<client>(threads, to, limits)) {
        threads.start();
    }

    std::future<result<client_response>> begin(client_request r, milliseconds time) {
        const auto call = [](client& c, client_request r,
                             milliseconds time) -> async<result<client_response>> {
            const auto deadline = std::chrono::steady_clock::now() + time;
            co_return co_await c.send(r, deadline);
        };
        auto promise = std::make_shared<std::promise<result<client_response>>>();
        auto future = promise->get_future();
        asio::co_spawn(threads.context(0), call(*c, std::move(r), time),
                       [promise](std::exception_ptr e, result<client_response> r) {
                           if (e)
                               promise->set_exception(e);
                           else
                               promise->set_value(std::move(r));
                       });
        return future;
    }
    std::future<result<client_response>> begin(std::string target, bool repeatable = false,
                                               milliseconds time = milliseconds(patience_ms)) {
        return begin({.target = std::move(target), .repeatable = repeatable}, time);
    }
    result<client_response> ask(std::string target, bool repeatable = false) {
        return begin(std::move(target), repeatable).get();
    }

    io_threads threads{1};
    std::unique_ptr<client> c;
};

inline bool is(const result<client_response>& r, errc code) {
    return !r && r.error().code == code;
}

// Up to the end of a header.
inline std::string read_head(peer& p) {
    return p.read_response();
}

}  // namespace cleave::http::test
