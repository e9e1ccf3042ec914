#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <http/endpoint.hpp>
#include <topology/ask.hpp>

namespace cleave::topology {

result<http::client_response> ask(io_threads& threads, const std::filesystem::path& socket,
                                  const http::client_request& what,
                                  std::chrono::milliseconds patience) {
    http::client client(threads, http::parse_endpoint("unix:" + socket.string()));
    const auto deadline = std::chrono::steady_clock::now() + patience;
    return asio::co_spawn(threads.context(0), client.send(what, deadline), asio::use_future).get();
}

}  // namespace cleave::topology
