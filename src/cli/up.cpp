#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <iostream>
#include <telemetry/log.hpp>
#include <topology/supervisor.hpp>

namespace cleave::cli {

namespace {

struct up_arguments {
    layout_options layout;
    bool demo = false;
    std::string web;
    std::int64_t restart_delay_ms = 0;
};

int up(const up_arguments& given) {
    topology::supervisor_options options;
    options.layout = given.layout.read();
    options.inherited = topology::take_inherited();
    options.restarts.ready_delay = std::chrono::milliseconds(given.restart_delay_ms);
    if (given.demo) options.child_args.emplace_back("--demo");
    if (!given.web.empty()) {
        options.child_args.emplace_back("--web");
        options.child_args.push_back(std::filesystem::absolute(given.web).string());
    }
    log::configure("up", log::level::info);
    io_threads threads(1);
    topology::supervisor all(threads, std::move(options));
    std::cerr << topology::describe(all.effective());
    all.start([&threads] { threads.stop(); });
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
    command->add_option("--web", given->web, "Directory of a front end to serve")
        ->check(CLI::ExistingDirectory);
    command
        ->add_option("--restart-delay", given->restart_delay_ms,
                     "Milliseconds before a process that died is started again; to look at an "
                     "outage, which else takes about 20")
        ->check(CLI::Range(0, 600'000))
        ->capture_default_str();
    command->footer(
        "Ctrl-C stops everything: the edge drains first. A second Ctrl-C ends it at once.\n"
        "A process that dies is started again. `cleave status` shows them all.");
    command->callback([&chosen, given] { chosen = [given] { return up(*given); }; });
}

}  // namespace cleave::cli
