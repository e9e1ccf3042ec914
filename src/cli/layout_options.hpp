#pragma once
// The options by which several subcommands say who runs where, and with which settings.
#include <CLI/CLI.hpp>
#include <app/settings.hpp>

namespace cleave::cli {

struct layout_options {
    std::string config;
    std::vector<std::string> split;
    std::vector<std::string> replicas;
    std::vector<std::string> assignments;
    std::string listen;
    std::string gateway;
    std::string data;
    std::string web;
    std::optional<std::int64_t> restart_delay_ms;

    void add_to(CLI::App& command);
    // The file's configuration (without one: everything in one process), changed as the
    // environment says, and then as the flags do. Throws topology::config_error.
    // `all_in_one`: in one process, whatever the file places elsewhere.
    app::configuration read(bool all_in_one = false) const;
};

// --data for the tools that look at a running system; CLEAVE_DATA where it is not given.
void add_data_option(CLI::App& command, std::string& data);

}  // namespace cleave::cli
