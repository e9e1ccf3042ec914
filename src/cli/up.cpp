#include <app/keys.hpp>
#include <app/known_modules.hpp>
#include <app/reload.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <iostream>
#include <logs/log_service.hpp>
#include <telemetry/log.hpp>
#include <topology/run_files.hpp>
#include <topology/supervisor.hpp>

namespace cleave::cli {

namespace {

struct up_arguments {
    layout_options layout;
    bool demo = false;
};

// Its own registry, where no other is named.
app::configuration with_registry(layout_options layout) {
    auto all = layout.read();
    if (!all.settings.registry.address.value.empty()) return all;
    const auto data = std::filesystem::absolute(all.layout.data).lexically_normal();
    auto socket = topology::socket_path(data, topology::up_socket);
    socket.replace_extension("registry");
    layout.assignments.push_back("registry.address=unix:" + socket.string());
    return layout.read();
}

int up(const up_arguments& given) {
    topology::supervisor_options options;
    auto all = with_registry(given.layout);
    const auto began_with = std::make_shared<app::configuration>(all);
    options.reread = [layout = given.layout, began_with] {
        auto fresh = with_registry(layout);
        app::refuse_restart(*began_with, fresh,
                            [](const topology::placed_process& p) { return p.is_supervised(); });
        *began_with = fresh;
        fresh.settings.configure_log("up");
        return topology::reread_layout{std::move(fresh.layout), std::move(fresh.sections)};
    };
    app::check_built_in(all.layout);
    options.registry_address = all.settings.registry.address.value;
    options.credentials = {app::load_internal_key(all.layout.data), &system_clock()};
    options.key_file = app::internal_key_file(all.layout.data);
    options.layout = std::move(all.layout);
    options.settings = std::move(all.sections);
    options.inherited = topology::take_inherited();
    options.restarts = all.settings.restart_limits();
    if (given.demo) options.child_args.emplace_back("--demo");
    // It is this process that writes their logs, as it is set to.
    options.child_args.insert(options.child_args.end(), {"--set", "log.format=json"});
    options.on_output = log::forward;
    options.logs = [](const http::request& r) { return logs::answer_logs(r, false); };
    all.settings.configure_log("up");
    io_threads threads(1);
    topology::supervisor processes(threads, std::move(options));
    std::cerr << topology::describe(processes.effective());
    processes.start([&threads] { threads.stop(); });
    threads.run();
    return 0;
}

}  // namespace

void add_up(CLI::App& app, action& chosen) {
    auto* command =
        app.add_subcommand("up", "Start every process of a topology, and keep them running");
    auto given = std::make_shared<up_arguments>();
    given->layout.add_to(*command);
    command->add_flag("--demo", given->demo, "Fill an empty blog with some content");
    command
        ->add_option("--restart-delay", given->layout.restart_delay_ms,
                     "Milliseconds before a process that died is started again; to look at an "
                     "outage, which else takes about 20")
        ->check(CLI::Range(0, 600'000));
    command->footer(
        "Ctrl-C stops everything: the edge drains first. A second Ctrl-C ends it at once.\n"
        "A process that dies is started again. `cleave status` shows them all.\n"
        "SIGHUP has it read its configuration again: limits, balancing, replicas, the log's "
        "level.\n"
        "Example: cleave up --config config/split.toml --data /srv/blog");
    command->callback([&chosen, given] { chosen = [given] { return up(*given); }; });
}

}  // namespace cleave::cli
