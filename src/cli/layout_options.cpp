#include <app/known_modules.hpp>
#include <cli/layout_options.hpp>

namespace cleave::cli {

void layout_options::add_to(CLI::App& command) {
    command.add_option("--config", config, "Topology file (TOML); without it: one process")
        ->check(CLI::ExistingFile);
    command
        .add_option("--split", split,
                    "Modules that get a process of their own: comments,stats or all")
        ->delimiter(',');
    command.add_option("--listen", listen, "Public address (default 127.0.0.1:8080)");
    command.add_option("--data", data, "Directory of the databases and keys (default: data)");
}

topology::topology layout_options::read() const {
    const auto known = app::known_modules();
    auto layout = config.empty() ? topology::monolith(known) : topology::load(config, known);
    if (!split.empty()) topology::split(layout, split);
    if (!listen.empty()) layout.listen = listen;
    if (!data.empty()) layout.data = data;
    return layout;
}

void add_data_option(CLI::App& command, std::string& data) {
    command.add_option("--data", data, "Directory of the databases and keys")
        ->capture_default_str();
}

}  // namespace cleave::cli
