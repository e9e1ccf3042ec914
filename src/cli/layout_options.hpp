#pragma once
// The options by which several subcommands say who runs where.
#include <CLI/CLI.hpp>
#include <optional>
#include <topology/topology.hpp>

namespace cleave::cli {

struct layout_options {
    std::string config;
    std::vector<std::string> split;
    std::string listen;
    std::string data;

    void add_to(CLI::App& command);
    // The file's topology (without one: everything in one process), changed as the flags say.
    // Throws topology::config_error.
    topology::topology read() const;
};

// --data for the tools that look at a running system.
void add_data_option(CLI::App& command, std::string& data);

}  // namespace cleave::cli
