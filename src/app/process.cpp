#include <app/known_modules.hpp>
#include <app/manifest.hpp>
#include <app/metrics.hpp>
#include <app/process.hpp>
#include <app/settings.hpp>
#include <base/timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <logs/log_service.hpp>
#include <telemetry/log.hpp>
#include <topology/listeners.hpp>
#include <topology/run_files.hpp>
#include <traces/span_service.hpp>

namespace cleave::app {

namespace {

constexpr std::chrono::milliseconds drain_patience(5'000);
constexpr std::chrono::seconds figures_every(1);

// All processes of a topology together get as many I/O threads as there are cores, or one each.
std::size_t thread_count(const topology::topology& layout, const topology::placed_process& self) {
    if (self.settings.threads) return *self.settings.threads;
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    std::size_t instances = 0;
    for (const auto& p : layout.processes()) instances += p.replicas();
    return std::max<std::size_t>(1, cores / instances);
}

// After a failed fsync nothing that this process says can be trusted: see sqlite/writer.hpp.
[[noreturn]] void end_at_once(const std::string& why) {
    log::error("store", "{}; this process ends now, without another acknowledgement", why);
    std::_Exit(exit_code_at_once);
}

}  // namespace

http::server_limits default_public_limits() {
    return settings{}.server_limits();
}

process::process(process_options options)
    : options_(std::move(options)),
      id_(options_.layout.instance(options_.name)),
      self_(options_.layout.process(id_.process)) {
    const auto& data = options_.layout.data;
    if (self_.settings.foreign)
        throw topology::config_error(
            fmt::format("process \"{}\" has a url, so it is another program: start that one, or "
                        "let `cleave up` "
                        "do it with [processes.{}] command = […]",
                        id_.process, id_.process));
    check_built_in({self_.modules.begin(), self_.modules.end()});
    if (options_.stand_by) heard_ = topology::stand_by(options_.link.get());
    check_manifest(data, options_.storage);
    credentials_ = {load_internal_key(data), &system_clock()};
    threads_ = std::make_unique<io_threads>(thread_count(options_.layout, self_));
    open_listeners();

    blog_settings settings;
    settings.data = data;
    settings.here = {self_.modules.begin(), self_.modules.end()};
    settings.ownership = id_.is_owner() ? sqlite::ownership::owner : sqlite::ownership::replica;
    settings.may_be_owned_elsewhere = internal_fd_ && !self_.settings.internal.empty();
    settings.local = options_.layout.local;
    settings.storage = options_.storage;
    settings.durability = options_.durability;
    settings.delivery = options_.delivery;
    settings.authors = options_.authors;
    settings.users = options_.users;
    settings.outward.special_addresses = options_.webhooks_to_special_addresses;
    settings.on_fatal = end_at_once;
    blog_ = std::make_unique<app::blog>(std::move(settings), *threads_, *this);
    // After the databases: who is second is told whose they are, and not of a socket.
    control_fd_ = topology::listen_for_status(data, options_.name);

    calls_ = std::make_unique<http::call_service>(blog_->services(), blog_->routes(), credentials_);
    ops_sources sources{[this] { return status(); }, [this] { return is_ready(); },
                        [this] { return metrics(); }};
    ops_ = std::make_unique<ops_service>(sources);
    sources.spans = [this](const http::request& r) {
        return traces::answer_spans(r, options_.name);
    };
    sources.logs = [is_collected = static_cast<bool>(options_.link)](const http::request& r) {
        return logs::answer_logs(r, is_collected);
    };
    control_ = std::make_unique<ops_service>(sources, calls_.get());
    if (self_.is_public) make_gateway();
}

process::~process() = default;

unique_fd process::listener(std::string_view name, std::optional<std::string> fallback) {
    if (const auto found = options_.inherited.find(name); found != options_.inherited.end())
        return std::move(found->second);
    if (!fallback) return {};
    return http::listen_on(http::parse_endpoint(*fallback));
}

void process::open_listeners() {
    const auto open = [](unique_fd fd, unique_fd& into, auto& at) {
        into = std::move(fd);
        if (into) at = http::local_endpoint(into.get());
    };
    if (self_.is_public)
        open(listener(topology::public_listener, options_.layout.public_address(self_)), public_fd_,
             public_at_);
    const auto configured = [this](const std::vector<std::string>& all) {
        const auto at = id_.number - 1;
        return at < all.size() ? std::optional(all[at]) : std::nullopt;
    };
    // A process that is all there is needs none, unless it is to call itself.
    auto internal = configured(self_.settings.internal);
    const bool is_found = !options_.registry.empty() && options_.layout.processes().size() > 1;
    if (!internal && (is_found || options_.layout.local == topology::local_calls::loopback))
        internal = topology::own_choice(options_.layout, options_.name);
    open(listener(topology::internal_listener, internal), internal_fd_, internal_at_);
    open(listener(topology::ops_listener, configured(self_.settings.ops)), ops_fd_, ops_at_);
}

http::server_limits process::internal_limits() const {
    http::server_limits out;
    // Whoever reads a feed waits for what comes; that is not slow.
    out.slow_request = std::chrono::milliseconds(events::feed_wait_ms_max + 1'000);
    out.queue_delay_max = options_.public_limits.queue_delay_max;
    // Those who send have limits.
    out.bodies_bytes_max = 0;
    return out;
}

void process::start() {
    const auto serve = [this](unique_fd& fd, http::service& target,
                              const http::server_limits& limits = {}) {
        auto made = std::make_unique<http::server>(*threads_, std::move(fd), target, limits);
        made->start();
        return made;
    };
    if (internal_fd_) internal_server_ = serve(internal_fd_, *calls_, internal_limits());
    if (ops_fd_) ops_server_ = serve(ops_fd_, *ops_);
    if (public_fd_)
        public_server_ = std::make_unique<http::server>(*threads_, std::move(public_fd_), *gateway_,
                                                        options_.public_limits);
    open_control();  // Now there is something to be told of.
    if (!options_.stand_by) accept_public();
    blog_->start();
    watch_link();
    join_registry();
    asio::co_spawn(threads_->context(0), sample_figures(), asio::detached);
    if (gateway_) asio::co_spawn(threads_->context(0), authority_watch_->run(), asio::detached);
    if (gateway_)
        for (auto& [name, p] : upstreams_)
            if (name != id_.process) asio::co_spawn(threads_->context(0), meet(*p), asio::detached);
    asio::co_spawn(threads_->context(0), await_readiness(), asio::detached);
}

void process::accept_public() {
    if (public_server_ && !std::exchange(accepts_public_, true)) public_server_->start();
}

void process::open_control() {
    if (!control_fd_)
        control_fd_ = topology::listen_for_status(options_.layout.data, options_.name);
    control_server_ = std::make_unique<http::server>(*threads_, std::move(control_fd_), *control_);
    control_server_->start();
}

async<void> process::sample_figures() {
    while (!stopping_) {
        figures_.sample(std::chrono::steady_clock::now());
        co_await resume_after(figures_every);
    }
}

void process::run() {
    asio::signal_set signals(threads_->context(0), SIGTERM, SIGINT);
    signals.async_wait([this](boost::system::error_code ec, int) {
        if (!ec) begin_stop("asked to stop");
    });
    listen_for_reload();
    start();
    threads_->run();
}

void process::begin_stop(std::string_view why) {
    if (std::exchange(stopping_, true)) return;
    log::info("serve", "{}: draining", why);
    asio::co_spawn(threads_->context(0), stop(), asio::detached);
}

async<void> process::drain(std::unique_ptr<http::server>& server) {
    if (!server) co_return;
    steady_timer done(co_await asio::this_coro::executor, steady_time::max());
    server->drain(drain_patience, [&done] { done.cancel(); });
    co_await done.async_wait(use_async_tuple);
}

// First those who come from outside, then those who call from inside.
async<void> process::stop() {
    if (registry_client_) {
        registry_client_->stop();
        co_await registry_client_->leave();
    }
    co_await drain(public_server_);
    if (authority_watch_) authority_watch_->stop();
    co_await blog_->answer_who_waits();
    blog_->close_feeds();
    co_await drain(internal_server_);
    co_await drain(ops_server_);
    co_await blog_->stop();
    co_await drain(control_server_);
    // The socket of one that was handed over is another process's by now.
    if (!handed_over_)
        std::filesystem::remove(topology::socket_path(options_.layout.data, options_.name));
    log::info("serve", "stopped");
    threads_->stop();
}

topology::system_status process::status() const {
    const auto text = [](const std::optional<http::stream_endpoint>& at) {
        return at ? std::optional(http::to_string(*at)) : std::nullopt;
    };
    topology::process_status s;
    s.name = options_.name;
    s.pid = ::getpid();
    s.modules = self_.runs();
    s.role = id_.is_owner() ? topology::instance_role::owner : topology::instance_role::replica;
    s.ready = ready_;
    s.state = ready_ ? topology::process_state::ready : topology::process_state::starting;
    s.internal = text(internal_at_);
    s.ops = text(ops_at_);
    s.public_address = text(public_at_);
    s.figures = figures_.now(std::chrono::steady_clock::now());
    return {{std::move(s)}};
}

std::vector<telemetry::metric> process::metrics() const {
    metric_sources from{{}, *blog_};
    const auto add = [&](const char* name, const std::unique_ptr<http::server>& server) {
        from.listeners.push_back({name, server.get(), {}});
    };
    add("public", public_server_);
    add("internal", internal_server_);
    add("ops", ops_server_);
    if (gateway_)
        from.listeners[0].route_at = [this](std::size_t i) { return gateway_->route_at(i); };
    from.listeners[1].route_at = [this](std::size_t i) -> std::optional<http::route> {
        const auto& all = blog_->routes().all();
        if (i >= all.size()) return std::nullopt;
        return all[i].route;
    };
    return collect_metrics(from);
}

}  // namespace cleave::app
