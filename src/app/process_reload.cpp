// SIGHUP, or the word of `up`: the configuration is read again, and what may change changes.
#include <unistd.h>

#include <algorithm>
#include <app/process.hpp>
#include <app/reload.hpp>
#include <csignal>
#include <telemetry/log.hpp>

namespace cleave::app {

void process::listen_for_reload() {
    if (!options_.reread) return;
    if (!reload_signal_) reload_signal_.emplace(threads_->context(0), SIGHUP);
    // Whose terminal was closed is told so in the same way.
    const bool had_terminal = ::isatty(STDIN_FILENO) == 1;
    reload_signal_->async_wait([this, had_terminal](boost::system::error_code ec, int) {
        if (ec || stopping_) return;
        if (had_terminal && ::isatty(STDIN_FILENO) != 1) return begin_stop("its terminal is gone");
        reload();
        listen_for_reload();
    });
}

// All that can go wrong goes wrong before anything has changed.
void process::reload() {
    if (!options_.reread) return;
    try {
        auto fresh = options_.reread();
        refuse_restart(options_.configured, fresh,
                       [this](const topology::placed_process& p) { return p.name == id_.process; });
        apply(fresh);
        options_.configured = std::move(fresh);
        log::info("serve", "the configuration was read again");
    } catch (const std::exception& e) {
        log::error("serve", "the configuration stays as it was: {}", e.what());
    }
}

void process::apply(const configuration& fresh) {
    const auto limits = fresh.settings.server_limits();  // throws where it cannot be used
    change_addresses(fresh.layout);
    options_.public_limits = limits;
    if (public_server_) public_server_->change_limits(limits);
    if (internal_server_) internal_server_->change_limits(internal_limits());
    if (gateway_) gateway_->limit_users(fresh.settings.edge().users);
    for (auto& [name, p] : upstreams_) p->set_balance(fresh.layout.balance);
    options_.layout.balance = fresh.layout.balance;
    fresh.settings.configure_log(options_.name);
    fresh.settings.configure_tracing();
}

// What has not changed in the file is left alone: others may know better by now. And of what `up`
// starts it tells itself, when it is ready.
void process::change_addresses(const topology::topology& to) {
    for (auto& [name, p] : upstreams_) {
        const auto placed = to.process(name);
        if (link_ && placed.is_supervised()) continue;
        const auto before = options_.layout.process(name).settings.called_at();
        const auto after = placed.settings.called_at();
        for (unsigned i = 0; i < std::max(before.size(), after.size()); ++i) {
            const topology::instance_id one{name, i + 1};
            const bool was = i < before.size(), is = i < after.size();
            if (was && is && before[i] == after[i]) continue;
            if (is)
                p->put(one.name(), http::parse_endpoint(after[i]), one.is_owner());
            else
                p->remove(one.name());
        }
    }
    options_.layout.settings = to.settings;
}

}  // namespace cleave::app
