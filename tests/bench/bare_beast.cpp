// The physics that ./dev bench measures against: Beast and coroutines, one thread, the same bytes
// for every request, and nothing else.
//
// Usage: cleave_bare_beast BODY_FILE [BUSY_US]; prints its port. BUSY_US: so long it does nothing
// of use for each request, to be as busy as a server that does something.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace asio = boost::asio;
namespace http = boost::beast::http;
using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;
constexpr asio::use_awaitable_t<executor> use_async{};

namespace {

using busy_time = std::chrono::duration<double, std::micro>;

struct answer {
    std::string body;
    busy_time busy;
};

asio::awaitable<void, executor> serve(tcp_socket socket, const answer& what) {
    try {
        socket.set_option(asio::ip::tcp::no_delay(true));
        boost::beast::flat_buffer buffer;
        for (;;) {
            http::request<http::string_body> request;
            co_await http::async_read(socket, buffer, request, use_async);
            const auto start = std::chrono::steady_clock::now();
            while (std::chrono::steady_clock::now() - start < what.busy) continue;
            http::response<http::string_body> response(http::status::ok, request.version());
            response.set(http::field::date, "Sun, 22 Nov 2026 10:00:00 GMT");
            response.set(http::field::content_type, "application/json; charset=utf-8");
            response.body() = what.body;
            response.prepare_payload();
            co_await http::async_write(socket, response, use_async);
        }
    } catch (const boost::system::system_error&) {
        // The peer has gone.
    }
}

asio::awaitable<void, executor> accept_all(tcp_acceptor acceptor, const answer& what) {
    for (;;) {
        tcp_socket socket = co_await acceptor.async_accept(use_async);
        const executor here = acceptor.get_executor();
        asio::co_spawn(here, serve(std::move(socket), what), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argc > 3) return 2;
    std::ifstream file(argv[1]);
    const answer what{std::string((std::istreambuf_iterator<char>(file)), {}),
                      busy_time(argc == 3 ? std::atof(argv[2]) : 0)};
    asio::io_context io(1);
    tcp_acceptor acceptor(io.get_executor(), {asio::ip::address_v4::loopback(), 0});
    std::cout << acceptor.local_endpoint().port() << '\n' << std::flush;
    asio::co_spawn(io, accept_all(std::move(acceptor), what), asio::detached);
    io.run();
}
