// `cleave up` from start to stop. The life of one process is in supervisor_children.cpp.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <stdexcept>
#include <system_error>
#include <telemetry/log.hpp>
#include <topology/supervisor_impl.hpp>

namespace cleave::topology {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds status_patience{1};

// What it starts; and another program, which tells nobody how it is.
bool is_watched(const placed_process& p) {
    return p.is_supervised() || p.settings.foreign;
}

// Children and tools may have another working directory. A program that is not there is said now,
// and not again and again.
supervisor_options with_absolute_paths(supervisor_options options) {
    options.layout.data = fs::absolute(options.layout.data).lexically_normal();
    for (auto& [process, settings] : options.layout.settings) {
        if (!settings.binary) continue;
        settings.binary = fs::absolute(*settings.binary).lexically_normal().string();
        const bool is_file = fs::is_regular_file(*settings.binary);
        if (!is_file || ::access(settings.binary->c_str(), X_OK) != 0)
            throw config_error(fmt::format(
                "processes.{}.binary: {} is no program that can be run: say where it is, seen from "
                "where `cleave up` is started",
                process, *settings.binary));
    }
    return options;
}

}  // namespace

supervisor::impl::impl(io_threads& t, supervisor_options given)
    : threads(t),
      context(t.context(0)),
      options(with_absolute_paths(std::move(given))),
      lock(options.layout.data),
      status_socket(socket_path(options.layout.data, up_socket)),
      topology_file(run_directory(options.layout.data) / "topology.toml"),
      bound(bind_all(options.layout, std::move(options.inherited))),
      signals(context),
      service(
          {[this] { return status(); },
           [this](deploy_request r) { return deploy(std::move(r.process), r.binary.value_or("")); },
           [this](scale_request r) {
               return scale(std::move(r.process), static_cast<unsigned>(r.replicas));
           },
           options.logs}) {
    for (const auto& placed : bound.effective.processes())
        for (unsigned i = 1; is_watched(placed) && i <= placed.replicas(); ++i) add(placed, i);
    if (!options.registry_address.empty())
        members.emplace(threads, options.registry_address, options.credentials);
    write_topology();
}

member supervisor::impl::as_member(const supervised_instance& p) const {
    return {.instance = p.name,
            .internal = bound.effective.settings.at(p.plan.name).called_at(p.id.number - 1),
            .modules = p.plan.runs(),
            .role = p.id.is_owner() ? instance_role::owner : instance_role::replica,
            .ready = p.state == process_state::ready,
            .version = CLEAVE_VERSION};
}

supervised_instance& supervisor::impl::add(const placed_process& plan, unsigned number) {
    auto& sockets = bound.listeners[instance_id{plan.name, number}.name()];
    instances.push_back(std::make_unique<supervised_instance>(
        context.get_executor(), plan, number, std::move(sockets), options.restarts));
    return *instances.back();
}

void supervisor::impl::write_topology() const {
    write_atomically(topology_file, to_toml(bound.effective) + options.settings);
}

void supervisor::impl::start(std::function<void()> stopped) {
    on_stopped = std::move(stopped);
    http::server_limits limits;
    limits.request_timeout = limits.slow_request = control_patience;
    server.emplace(threads, listen_for_status(options.layout.data, up_socket), service, limits);
    server->start();
    if (members) members->start();
    signals.add(SIGTERM);
    signals.add(SIGINT);
    if (options.reread) signals.add(SIGHUP);
    had_terminal = ::isatty(STDIN_FILENO) == 1;
    listen_for_signals();
    for (auto& p : instances) run(*p);
}

void supervisor::impl::run(supervised_instance& p) {
    asio::co_spawn(
        context,
        [self = shared_from_this(), &p] {
            return p.plan.is_supervised() ? self->keep_running(p) : self->watch_foreign(p);
        },
        // Out of io_context::run(): supervise() ends, and no child outlives it.
        [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
}

void supervisor::impl::listen_for_signals() {
    signals.async_wait([self = shared_from_this()](boost::system::error_code ec, int number) {
        if (ec || self->finished) return;
        // Whose terminal was closed is told so in the same way.
        const bool hung_up = self->had_terminal && ::isatty(STDIN_FILENO) != 1;
        if (number == SIGHUP && !hung_up)
            self->reload();
        else
            self->stop(self->stopping);
        self->listen_for_signals();
    });
}

void supervisor::impl::stop(bool at_once) {
    if (!std::exchange(stopping, true)) log::info("up", "stopping");
    killing = killing || at_once;
    if (at_once)
        for (auto& p : instances) p->signal(SIGKILL);
    advance_stop();
}

// The next step of stopping, taken whenever a process has gone.
void supervisor::impl::advance_stop() {
    if (!stopping || finished) return;
    // Who takes requests from outside, then replicas, which may have something to tell their owner.
    const auto any_asked = [this](auto which) {
        bool any = false;
        for (auto& p : instances) {
            if (!p->runs() || !which(*p)) continue;
            ask_to_end(*p);
            any = true;
        }
        return any;
    };
    if (any_asked([](const auto& p) { return p.plan.has_gateway && !p.id.is_owner(); })) return;
    if (any_asked([](const auto& p) { return p.plan.has_gateway; })) return;
    if (any_asked([](const auto& p) { return !p.id.is_owner(); })) return;
    // Without a gateway requests come to each, and go on from module to module.
    const bool has_gateway = options.layout.gateway == gateway_use::on;
    if (!has_gateway && any_asked([this](const auto& p) { return !is_called(p); })) return;
    if (!any_asked([](const auto&) { return true; })) finish();
}

// By a process that runs, and is another one.
bool supervisor::impl::is_called(const supervised_instance& p) const {
    const auto has = [](const auto& all, const std::string& one) {
        return std::ranges::find(all, one) != all.end();
    };
    const auto calls = [&](const supervised_instance& other) {
        return std::ranges::any_of(bound.effective.modules, [&](const known_module& m) {
            return has(other.plan.modules, m.name) &&
                   std::ranges::any_of(m.calls,
                                       [&](const auto& c) { return has(p.plan.modules, c); });
        });
    };
    return std::ranges::any_of(instances, [&](const auto& other) {
        return other->plan.name != p.plan.name && other->runs() && calls(*other);
    });
}

void supervisor::impl::ask_to_end(supervised_instance& p) {
    if (p.now) ask_to_end(p.now, p.name);
    if (p.next) ask_to_end(p.next, p.name);
}

void supervisor::impl::ask_to_end(std::shared_ptr<child> which, const std::string& name) {
    if (std::exchange(which->asked_to_end, true)) return;
    which->signal(killing ? SIGKILL : SIGTERM);
    const auto patience = std::make_shared<asio::steady_timer>(context, options.stop_patience);
    patience->async_wait(
        [this, self = shared_from_this(), patience, which, name](boost::system::error_code ec) {
            if (ec || !which->runs()) return;
            log::warning("up", "{} (pid {}) did not end within {} ms: killed", name, which->pid,
                         options.stop_patience.count());
            which->signal(SIGKILL);
        });
    which->when_ended = [patience] { patience->cancel(); };
}

void supervisor::impl::finish() {
    finished = true;
    signals.cancel();
    remove_files();
    const auto done = [self = shared_from_this()] {
        log::info("up", "stopped");
        if (self->on_stopped) self->on_stopped();
    };
    if (!members) return server->drain(status_patience, done);
    members->stop([this, done] { server->drain(status_patience, done); });
}

// The lock goes last: who gets it finds no file and no taken port of ours.
void supervisor::impl::remove_files() {
    std::error_code ignored;
    for (auto& p : instances) {
        p->listeners.clear();
        // A process that was killed could not remove its own.
        fs::remove(socket_path(options.layout.data, p->name), ignored);
        if (p->plan.settings.foreign) fs::remove(foreign_file(*p), ignored);
    }
    fs::remove(topology_file, ignored);
    if (server) fs::remove(status_socket, ignored);
    constexpr std::string_view unix_prefix = "unix:";
    if (members && options.registry_address.starts_with(unix_prefix))
        fs::remove(options.registry_address.substr(unix_prefix.size()), ignored);
    for (const auto& file : bound.socket_files) fs::remove(file, ignored);
    lock.reset();
}

// For when nobody will run the io_context any more.
void supervisor::impl::abandon() {
    if (std::exchange(finished, true)) return;
    stopping = true;
    for (auto& p : instances) {
        p->signal(SIGKILL);
        for (const auto& c : {p->now, p->next})
            if (c && c->runs()) c->reap();
        p->timer.cancel();
    }
    signals.cancel();
    remove_files();
}

system_status supervisor::impl::status() const {
    system_status all;
    for (const auto& p : instances) {
        if (!p->wanted) continue;
        const auto& settings = bound.effective.settings.at(p->plan.name);
        const auto at = p->id.number - 1;
        process_status s{.name = p->name,
                         .pid = p->now && p->now->runs() ? p->now->pid : 0,
                         .modules = p->plan.runs(),
                         .state = p->state,
                         .ready = p->state == process_state::ready,
                         .restarts = p->starts > 0 ? p->starts - 1 : 0,
                         .internal = settings.internal.at(at),
                         .role = p->id.is_owner() ? instance_role::owner : instance_role::replica};
        if (!p->plan.settings.foreign) s.ops = settings.ops.at(at);
        if (p->plan.is_public)
            s.public_address =
                bound.effective.public_address(bound.effective.process(p->plan.name));
        all.processes.push_back(std::move(s));
    }
    return all;
}

supervisor::supervisor(io_threads& threads, supervisor_options options) {
    if (threads.size() != 1) throw std::logic_error("a supervisor runs on one I/O thread");
    impl_ = std::make_shared<impl>(threads, std::move(options));
}

supervisor::~supervisor() {
    impl_->abandon();
    impl_->server.reset();  // While the threads still are; what waits on them keeps the rest.
}

void supervisor::start(std::function<void()> on_stopped) {
    impl_->start(std::move(on_stopped));
}

void supervisor::stop() {
    impl_->stop(false);
}

void supervisor::kill() {
    impl_->stop(true);
}

void supervisor::reload() {
    impl_->reload();
}

system_status supervisor::status() const {
    return impl_->status();
}

const topology& supervisor::effective() const {
    return impl_->bound.effective;
}

void supervise(supervisor_options options) {
    io_threads threads(1);
    supervisor all(threads, std::move(options));
    all.start([&threads] { threads.stop(); });
    threads.run();
}

}  // namespace cleave::topology
