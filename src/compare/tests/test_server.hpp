#pragma once
// A small HTTP server on a thread of its own that answers as a test wants it to.
#include <algorithm>
#include <atomic>
#include <base/async.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <chrono>
#include <compare/load_engine.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace cleave::compare::test {

using tcp = asio::ip::tcp;

struct asked {
    std::string method, target, token, body;
};

inline std::string answer(unsigned status, std::string_view body) {
    return "HTTP/1.1 " + std::to_string(status) +
           " Whatever\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

// Instead of an answer.
inline const std::string never, hang_up = "hang up";

class test_server {
public:
    // Called on the server's thread.
    using handler = std::function<std::string(const asked&)>;

    explicit test_server(handler answers)
        : answers_(std::move(answers)), acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {
        asio::co_spawn(context_, accept(), asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }
    ~test_server() {
        context_.stop();
        thread_.join();
    }
    test_server(const test_server&) = delete;

    tcp::endpoint address() const { return acceptor_.local_endpoint(); }

    // From the server's thread: nobody is answered until then.
    void stall(std::chrono::milliseconds time) { stalled_until_ = steady::now() + time; }
    int answered_late() const { return answered_late_; }
    int at_once_max() const { return at_once_max_; }

private:
    using stream = asio::basic_stream_socket<tcp, executor>;

    async<void> accept() {
        for (;;) {
            auto [failed, socket] = co_await acceptor_.async_accept(use_async_tuple);
            if (failed) co_return;
            asio::co_spawn(context_, serve(stream(std::move(socket))), asio::detached);
        }
    }

    static std::string line_after(std::string_view head, std::string_view name) {
        const auto at = head.find(name);
        if (at == std::string_view::npos) return {};
        const auto begin = at + name.size();
        return std::string(head.substr(begin, head.find("\r\n", begin) - begin));
    }

    async<void> serve(stream socket) {
        std::string buffer;
        steady_timer wait(context_);
        for (;;) {
            auto [failed, head] = co_await asio::async_read_until(
                socket, asio::dynamic_buffer(buffer), "\r\n\r\n", use_async_tuple);
            if (failed) co_return;
            asked request;
            const std::string_view text(buffer.data(), head);
            request.method = text.substr(0, text.find(' '));
            request.target = line_after(text.substr(0, text.find(" HTTP")), request.method + " ");
            request.token = line_after(text, "Authorization: Token ");
            const auto length = line_after(text, "Content-Length: ");
            std::size_t bytes = 0;
            std::from_chars(length.data(), length.data() + length.size(), bytes);
            if (buffer.size() < head + bytes)
                co_await asio::async_read(socket, asio::dynamic_buffer(buffer),
                                          asio::transfer_exactly(head + bytes - buffer.size()),
                                          use_async_tuple);
            request.body = buffer.substr(head, bytes);
            buffer.erase(0, head + bytes);

            at_once_max_ = std::max(at_once_max_.load(), ++at_once_);
            const std::string reply = answers_(request);
            if (steady::now() < stalled_until_) {
                ++answered_late_;
                wait.expires_at(stalled_until_);
                co_await wait.async_wait(use_async_tuple);
            }
            --at_once_;
            if (reply == hang_up) co_return;
            if (reply == never) continue;
            co_await asio::async_write(socket, asio::buffer(reply), use_async_tuple);
        }
    }

    handler answers_;
    asio::io_context context_{1};
    asio::basic_socket_acceptor<tcp, executor> acceptor_;
    steady::time_point stalled_until_{};
    std::atomic<int> answered_late_ = 0;
    int at_once_ = 0;
    std::atomic<int> at_once_max_ = 0;
    std::thread thread_;
};

}  // namespace cleave::compare::test
