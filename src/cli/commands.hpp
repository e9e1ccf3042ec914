#pragma once
// The subcommands of `cleave`, one file each. Exit codes: 0 done, 1 it did not work, 2 wrong usage
// or configuration (a sentence on stderr says what to do).
#include <CLI/CLI.hpp>
#include <functional>

namespace cleave::cli {

// What a subcommand does once the command line is read; its value is the exit code.
using action = std::function<int()>;

void add_serve(CLI::App& app, action& chosen);
void add_up(CLI::App& app, action& chosen);
void add_status(CLI::App& app, action& chosen);
void add_trace(CLI::App& app, action& chosen);
void add_logs(CLI::App& app, action& chosen);
void add_deploy(CLI::App& app, action& chosen);
void add_scale(CLI::App& app, action& chosen);
void add_topology(CLI::App& app, action& chosen);
void add_targets(CLI::App& app, action& chosen);
void add_registry(CLI::App& app, action& chosen);
void add_call(CLI::App& app, action& chosen);
void add_stats(CLI::App& app, action& chosen);
void add_events(CLI::App& app, action& chosen);
void add_saga(CLI::App& app, action& chosen);
void add_admin(CLI::App& app, action& chosen);
void add_compare(CLI::App& app, action& chosen);
void add_config(CLI::App& app, action& chosen);
void add_seed(CLI::App& app, action& chosen);
void add_import(CLI::App& app, action& chosen);
void add_backup(CLI::App& app, action& chosen);
void add_restore(CLI::App& app, action& chosen);

void add_version(CLI::App& app, action& chosen);

// In the order in which --help lists them.
inline constexpr void (*all_commands[])(CLI::App&, action&) = {
    add_up,     add_serve,    add_status,  add_topology, add_targets, add_deploy,
    add_scale,  add_registry, add_logs,    add_trace,    add_call,    add_stats,
    add_events, add_saga,     add_admin,   add_compare,  add_config,  add_seed,
    add_import, add_backup,   add_restore, add_version,
};

}  // namespace cleave::cli
