#include <app/ops_service.hpp>
#include <http/route_table.hpp>
#include <telemetry/recorder.hpp>

namespace cleave::app {

namespace {

http::response text(unsigned status, std::string body) {
    http::response r;
    r.status = status;
    r.content_type = "text/plain; version=0.0.4; charset=utf-8";
    r.body = std::move(body);
    return r;
}

// A tool's call begins a trace, as a request at the edge does; that it reads a feed does not.
bool is_work(std::string_view path) {
    return path.starts_with("/rpc/") && !path.contains(".feed/");
}

}  // namespace

ops_service::ops_service(ops_sources sources, http::service* next)
    : sources_(std::move(sources)), next_(next), status_(sources_.status) {
}

// All of them are answered at once: they have no body to wait for.
http::service::admission ops_service::admit(http::request& r) {
    const bool reads = r.method == http::verb::get || r.method == http::verb::head;
    if (reads && r.path == "/healthz") return {text(200, "ok\n"), 0, 0};
    if (reads && r.path == "/readyz") {
        const bool ready = sources_.ready();
        return {text(ready ? 200 : 503, ready ? "ready\n" : "starting\n"), 0, 0};
    }
    if (reads && r.path == "/metrics")
        return {text(200, telemetry::to_prometheus_text(sources_.metrics())), 0, 0};
    if (reads && r.path == "/spans" && sources_.spans) return {sources_.spans(r), 0, 0};
    if (reads && r.path == "/logs" && sources_.logs) return {sources_.logs(r), 0, 0};
    if (next_ && r.path != "/status") {
        if (is_work(r.path)) telemetry::begin_recording(r.context.trace, {});
        return next_->admit(r);
    }
    return status_.admit(r);
}

async<http::response> ops_service::handle(http::request& r, std::size_t target) {
    if (next_ && r.path != "/status") return next_->handle(r, target);
    return status_.handle(r, target);
}

}  // namespace cleave::app
