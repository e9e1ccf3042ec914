#include <unistd.h>

#include <app/known_modules.hpp>
#include <cli/layout_options.hpp>

namespace cleave::cli {

namespace {

topology::topology everything_here(const topology::topology& layout) {
    auto all = topology::monolith(app::known_modules());
    all.listen = layout.listen;
    all.data = layout.data;
    all.local = layout.local;
    all.wire = layout.wire;
    all.balance = layout.balance;
    all.gateway = layout.gateway;
    return all;
}

}  // namespace

void layout_options::add_to(CLI::App& command) {
    command
        .add_option("--config", config,
                    "Config file (TOML): settings, and who runs where; without it: one process")
        ->check(CLI::ExistingFile);
    command
        .add_option("--split", split,
                    "Modules that get a process of their own: comments,stats or all")
        ->delimiter(',');
    command
        .add_option("--replicas", replicas,
                    "Instances of processes: users=3 is one that owns the data and two that "
                    "answer queries as well")
        ->delimiter(',');
    command.add_option("--listen", listen, "Public address (default 127.0.0.1:8080)");
    command
        .add_option("--gateway", gateway,
                    "off: each process takes the requests for its modules itself, at an address "
                    "of its own (default on)")
        ->check(CLI::IsMember({"on", "off"}));
    command.add_option("--data", data, "Directory of the databases and keys (default: data)");
    command.add_option("--web", web, "Directory of a front end to serve")
        ->check(CLI::ExistingDirectory);
    command.add_option("--set", assignments,
                       "Any setting: --set http.idle_timeout_ms=5000; `cleave config` lists them");
}

app::configuration layout_options::read(bool all_in_one) const {
    app::configuration_sources from;
    from.file = config;
    from.environment = environ;
    from.assignments = assignments;
    if (!listen.empty()) from.flags.emplace_back("listen", listen);
    if (!data.empty()) from.flags.emplace_back("data", data);
    if (!gateway.empty()) from.flags.emplace_back("gateway", gateway);
    // Its processes may have another working directory.
    if (!web.empty())
        from.flags.emplace_back("web.directory", std::filesystem::absolute(web).string());
    if (restart_delay_ms)
        from.flags.emplace_back("restart.delay_ms", std::to_string(*restart_delay_ms));
    auto all = app::read_configuration(from);
    if (!split.empty()) topology::split(all.layout, split);
    for (const auto& text : replicas) topology::replicate(all.layout, text);
    if (all_in_one) all.layout = everything_here(all.layout);
    app::check_storage(all);
    return all;
}

void add_data_option(CLI::App& command, std::string& data) {
    command.add_option("--data", data, "Directory of the databases and keys")
        ->envname("CLEAVE_DATA")
        ->capture_default_str();
}

}  // namespace cleave::cli
