#include <unistd.h>

#include <app/process.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <cstdlib>
#include <iostream>
#include <new>
#include <string_view>
#include <telemetry/log.hpp>

namespace cleave::cli {

namespace {

struct serve_arguments {
    layout_options layout;
    std::string process;
    bool demo = false;
    bool stand_by = false;
};

// Without memory a process would stay and fail ever after; one that ends is started again, and has
// lost nothing that was acknowledged. Nothing here may allocate.
[[noreturn]] void end_without_memory() {
    constexpr std::string_view why = "error: out of memory; this process ends now\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, why.data(), why.size());
    std::_Exit(app::exit_code_at_once);
}

int serve(const serve_arguments& given) {
    std::set_new_handler(end_without_memory);
    app::process_options options;
    const auto read = [layout = given.layout, all_in_one = given.process.empty()] {
        return layout.read(all_in_one);
    };
    const auto all = read();
    options.configured = all;
    options.reread = read;
    options.layout = all.layout;
    options.users = all.settings.users_module();
    options.webhooks_to_special_addresses = all.settings.webhooks.to_special_addresses;
    options.edge = all.settings.edge();
    options.public_limits = all.settings.server_limits();
    options.storage = all.settings.storage.layout;
    options.durability = all.settings.storage.durability;
    options.delivery = all.settings.events.delivery;
    options.upstreams = all.settings.upstream_limits();
    options.authors = all.settings.reads.authors;
    options.name = given.process;
    if (options.name.empty()) options.name = options.layout.process_of(topology::gateway_name);
    options.demo = given.demo;
    options.registry = all.settings.registry.address.value;
    options.stand_by = given.stand_by;
    // Before the first thread starts: both change the environment.
    options.inherited = topology::take_inherited();
    options.link = topology::take_inherited_link();
    all.settings.configure_log(options.name);
    all.settings.configure_tracing();
    if (options.durability != sqlite::durability::full)
        log::warning("serve",
                     "storage.durability is \"{}\": what is acknowledged is lost if the power "
                     "fails now",
                     boost::describe::enum_to_string(options.durability, ""));
    if (options.stand_by && !options.link)
        throw topology::config_error("--stand-by is for `cleave deploy`: start it without");
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
    command->add_option(
        "--process", given->process,
        "Which process of the topology, or instance: users, users.2; without it everything "
        "runs here");
    command->add_flag("--stand-by", given->stand_by,
                      "Wait until `up` says that it is to take over; used by `cleave deploy`");
    command->add_flag("--demo", given->demo, "Fill an empty blog with some content");
    command->footer(
        "Ends on SIGTERM or Ctrl-C, when what is under way has been answered. SIGHUP has it read\n"
        "its configuration again.\n"
        "Example: cleave serve --config config/split.toml --process posts");
    command->callback([&chosen, given] { chosen = [given] { return serve(*given); }; });
}

}  // namespace cleave::cli
