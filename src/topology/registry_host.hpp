#pragma once
// A registry on a listener of its own: in `up`, or by itself as `cleave registry`.
#include <http/call_service.hpp>
#include <topology/registry.hpp>

namespace cleave::topology {

class registry_host {
public:
    // Listens. Throws std::system_error (taken), std::invalid_argument (no address).
    // `who` and the threads, which are one, outlive this.
    registry_host(io_threads& threads, const std::string& address, const http::credentials& who);

    void start();
    // Calls `done` when those that wait are answered.
    void stop(std::function<void()> done);

    registry& members() { return registry_; }
    std::string address() const { return address_; }

private:
    io_threads& threads_;
    registry registry_;
    http::call_service::services services_;
    http::route_table no_routes_;
    http::call_service calls_;
    std::string address_;
    http::server server_;
};

}  // namespace cleave::topology
