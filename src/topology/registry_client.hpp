#pragma once
// A process's end of the registry: says where it is, and tells what is new about the others.
#include <filesystem>
#include <topology/registry.hpp>
#include <topology/supervisor_link.hpp>

namespace cleave::topology {

struct registry_events {
    std::function<std::optional<member>()> self;   // what to say of this process; nothing: only ask
    std::function<void(const member&)> on_member;  // new, changed, or ready again
    std::function<void(const std::string& instance)> on_gone;
};

// On one I/O thread.
class registry_client {
public:
    // `cache`: where the last membership is kept, for a start while the registry is down; or empty.
    registry_client(registry_api& where, std::filesystem::path cache, registry_events events);

    // Tells of what is in the cache, then announces this process again and again until stop().
    async<void> run();
    void stop() { stopped_ = true; }
    // Says that this process leaves; after stop().
    async<void> leave();

private:
    void apply(membership fresh);
    void load();

    registry_api& where_;
    const std::filesystem::path cache_;
    const registry_events events_;
    membership known_;
    bool stopped_ = false;
    bool told_failure_ = false;
};

}  // namespace cleave::topology
