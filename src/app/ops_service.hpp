#pragma once
// What an operator asks a process: GET /healthz (it answers), /readyz (it serves), /metrics
// (Prometheus), /status (JSON) and, on the control socket, /spans (traces/span_service.hpp) and
// /logs (logs/log_service.hpp). What else is asked goes to the next service, if there is one.
#include <functional>
#include <http/server.hpp>
#include <telemetry/metrics.hpp>
#include <topology/status.hpp>

namespace cleave::app {

struct ops_sources {
    std::function<topology::system_status()> status;
    std::function<bool()> ready;
    std::function<std::vector<telemetry::metric>()> metrics;
    // GET /spans and /logs; empty: not here.
    std::function<http::response(const http::request&)> spans{}, logs{};
};

class ops_service final : public http::service {
public:
    explicit ops_service(ops_sources sources, http::service* next = nullptr);

    admission admit(http::request& r) override;
    async<http::response> handle(http::request& r, std::size_t target) override;

private:
    ops_sources sources_;
    http::service* next_;
    topology::status_service status_;
};

}  // namespace cleave::app
