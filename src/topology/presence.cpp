#include <base/timer.hpp>
#include <http/endpoint.hpp>
#include <http/wire.hpp>
#include <stdexcept>
#include <topology/presence.hpp>

namespace cleave::topology {

namespace {

constexpr std::chrono::milliseconds patience(200);

}  // namespace

async<bool> is_deserted(std::string address) {
    http::stream_endpoint there;
    try {
        there = http::parse_endpoint(address);
    } catch (const std::invalid_argument&) {
        co_return false;
    }
    const auto here = co_await asio::this_coro::executor;
    // The timer's handler may be due when this has ended.
    const auto socket = std::make_shared<http::stream_socket>(here);
    steady_timer limit(here, patience);
    limit.async_wait([socket](boost::system::error_code ec) {
        if (!ec) socket->close(ec);
    });
    const auto [failed] = co_await socket->async_connect(there, use_async_tuple);
    co_return failed == asio::error::connection_refused ||
        failed == boost::system::errc::no_such_file_or_directory;
}

}  // namespace cleave::topology
