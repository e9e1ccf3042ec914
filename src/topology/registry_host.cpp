#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <http/endpoint.hpp>
#include <topology/registry_host.hpp>

namespace cleave::topology {

namespace {

constexpr std::chrono::milliseconds patience(500);

unique_fd listen_there(const std::string& address, std::string& really) {
    auto fd = http::listen_on(http::parse_endpoint(address));
    really = http::to_string(http::local_endpoint(fd.get()));
    return fd;
}

}  // namespace

registry_host::registry_host(io_threads& threads, const std::string& address,
                             const http::credentials& who)
    : threads_(threads),
      services_{{registry_api::module_name, make_call_handler<registry_api>(registry_)}},
      calls_(services_, no_routes_, who),
      server_(threads, listen_there(address, address_), calls_) {
}

void registry_host::start() {
    server_.start();
    asio::co_spawn(threads_.context(0), registry_.run(), asio::detached);
}

void registry_host::stop(std::function<void()> done) {
    registry_.stop();
    server_.drain(patience, std::move(done));
}

}  // namespace cleave::topology
