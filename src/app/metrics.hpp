#pragma once
// What /metrics of a process says: gathered from those who count, when it is asked for. Each metric
// is explained in docs/metrics.md.
#include <app/blog.hpp>
#include <functional>
#include <http/server.hpp>
#include <telemetry/metrics.hpp>

namespace cleave::app {

struct metric_sources {
    struct listener {
        std::string name;  // public, internal, ops
        const http::server* server = nullptr;
        // The route that the listener's service knows by this number; nothing: none of a module's.
        std::function<std::optional<http::route>(std::size_t)> route_at{};
    };
    std::vector<listener> listeners;
    const app::blog& blog;
};

// On an I/O thread: it reads the databases, a few rows each.
std::vector<telemetry::metric> collect_metrics(const metric_sources& from);

}  // namespace cleave::app
