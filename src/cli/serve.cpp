#include <app/known_modules.hpp>
#include <app/process.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <iostream>
#include <telemetry/log.hpp>

namespace cleave::cli {

namespace {

struct serve_arguments {
    layout_options layout;
    std::string process;
    bool demo = false;
    std::string web;
};

// Without --process: all of it here, whatever the file places elsewhere.
topology::topology everything_here(topology::topology layout) {
    auto all = topology::monolith(app::known_modules());
    all.listen = layout.listen;
    all.data = layout.data;
    all.local = layout.local;
    return all;
}

int serve(const serve_arguments& given) {
    app::process_options options;
    options.layout = given.layout.read();
    options.name = given.process;
    if (options.name.empty()) {
        options.layout = everything_here(std::move(options.layout));
        options.name = options.layout.process_of(topology::gateway_name);
    }
    options.demo = given.demo;
    options.edge.web = given.web;
    // Before the first thread starts: both change the environment.
    options.inherited = topology::take_inherited();
    options.link = topology::take_inherited_link();
    log::configure(options.name, log::level::info);
    if (!options.link) std::cerr << topology::describe(options.layout);
    const bool is_child = static_cast<bool>(options.link);
    try {
        app::process process(std::move(options));
        process.run();
        return 0;
    } catch (const std::exception& e) {
        if (!is_child) throw;  // A person reads it at once, and no log.
        log::error("serve", "{}", e.what());
        return 1;
    }
}

}  // namespace

void add_serve(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand("serve", "Run one process of a topology (default: all)");
    auto given = std::make_shared<serve_arguments>();
    given->layout.add_to(*command);
    command->add_option("--process", given->process,
                        "Which process of the topology; without it everything runs here");
    command->add_flag("--demo", given->demo, "Fill an empty blog with some content");
    command->add_option("--web", given->web, "Directory of a front end to serve")
        ->check(CLI::ExistingDirectory);
    command->callback([&chosen, given] { chosen = [given] { return serve(*given); }; });
}

}  // namespace cleave::cli
