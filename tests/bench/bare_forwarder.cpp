// A hop, and nothing else: Beast and coroutines, one thread. Each connection has one of its own to
// the server behind, as a pool that is always warm would give it.
//
// Usage: cleave_bare_forwarder PORT; prints its own port.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <iostream>

namespace asio = boost::asio;
namespace http = boost::beast::http;
using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;
constexpr asio::use_awaitable_t<executor> use_async{};

namespace {

asio::awaitable<void, executor> forward(tcp_socket client, asio::ip::tcp::endpoint to) {
    try {
        client.set_option(asio::ip::tcp::no_delay(true));
        tcp_socket server(client.get_executor());
        co_await server.async_connect(to, use_async);
        server.set_option(asio::ip::tcp::no_delay(true));
        boost::beast::flat_buffer from_client, from_server;
        for (;;) {
            http::request<http::string_body> request;
            co_await http::async_read(client, from_client, request, use_async);
            co_await http::async_write(server, request, use_async);
            http::response<http::string_body> response;
            co_await http::async_read(server, from_server, response, use_async);
            co_await http::async_write(client, response, use_async);
        }
    } catch (const boost::system::system_error&) {
        // One of the two has gone.
    }
}

asio::awaitable<void, executor> accept_all(tcp_acceptor acceptor, asio::ip::tcp::endpoint to) {
    for (;;) {
        tcp_socket socket = co_await acceptor.async_accept(use_async);
        const executor here = acceptor.get_executor();
        asio::co_spawn(here, forward(std::move(socket), to), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const asio::ip::tcp::endpoint to(asio::ip::address_v4::loopback(),
                                     static_cast<asio::ip::port_type>(std::atoi(argv[1])));
    asio::io_context io(1);
    tcp_acceptor acceptor(io.get_executor(), {asio::ip::address_v4::loopback(), 0});
    std::cout << acceptor.local_endpoint().port() << '\n' << std::flush;
    asio::co_spawn(io, accept_all(std::move(acceptor), to), asio::detached);
    io.run();
}
