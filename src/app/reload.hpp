#pragma once
// What may change in the configuration of something that runs (SIGHUP), and what may not.
#include <app/settings.hpp>

namespace cleave::app {

// Whether a change of this setting holds at once.
bool may_change(std::string_view key);

// What differs and takes a restart, a line each: "listen: 127.0.0.1:8080 -> 127.0.0.1:8081". Who
// runs where is such a thing, but for the number of replicas, and for the addresses of processes:
// `stays` says of which ones these may not change.
std::vector<std::string> needs_restart(
    const configuration& now, const configuration& fresh,
    const std::function<bool(const topology::placed_process&)>& stays);

// Throws topology::config_error that names all of that, if there is any.
void refuse_restart(const configuration& now, const configuration& fresh,
                    const std::function<bool(const topology::placed_process&)>& stays);

}  // namespace cleave::app
