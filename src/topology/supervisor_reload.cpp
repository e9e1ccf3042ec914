// SIGHUP: the configuration is read again. Nothing is started again for it.
#include <telemetry/log.hpp>
#include <topology/supervisor_impl.hpp>

namespace cleave::topology {

void supervisor::impl::reload() {
    if (stopping) return;
    if (changing)
        return log::error("up", "busy with a deploy: the configuration was not read again");
    try {
        auto fresh = options.reread();
        options.settings = std::move(fresh.settings);
        reload_processes(fresh.layout);
        log::info("up", "the configuration was read again");
    } catch (const std::exception& e) {
        log::error("up", "the configuration stays as it was: {}", e.what());
    }
}

// Each of them reads the file that is written here.
void supervisor::impl::reload_processes(const cleave::topology::topology& fresh) {
    bound.effective.balance = fresh.balance;
    for (const auto& p : fresh.processes()) {
        auto& now = bound.effective.settings[p.name];
        // Of those whom somebody else starts the addresses may be others.
        if (!p.is_supervised())
            now = p.settings;
        else if (now.replicas.value_or(1) != p.replicas())
            run_instances(p.name, p.replicas());
    }
    write_topology();
    for (const auto& p : instances)
        for (const auto& c : {p->now, p->next})
            if (c && c->link) c->link->tell(order::reload);
}

}  // namespace cleave::topology
