#include <app/keys.hpp>
#include <boost/asio/signal_set.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <csignal>
#include <iostream>
#include <telemetry/log.hpp>
#include <topology/registry_host.hpp>

namespace cleave::cli {

namespace {

struct registry_arguments {
    std::string listen = "127.0.0.1:7000";
    std::string data = "data";
};

int serve_registry(const registry_arguments& given) {
    log::configure("registry", log::level::info);
    const http::credentials who{app::load_internal_key(given.data), &system_clock()};
    io_threads threads(1);
    topology::registry_host host(threads, given.listen, who);
    asio::signal_set signals(threads.context(0), SIGTERM, SIGINT);
    signals.async_wait([&](boost::system::error_code ec, int) {
        if (!ec) host.stop([&threads] { threads.stop(); });
    });
    host.start();
    log::info("registry", "ready on {}", host.address());
    threads.run();
    return 0;
}

}  // namespace

void add_registry(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand(
        "registry", "Where processes find each other that no `cleave up` starts");
    auto given = std::make_shared<registry_arguments>();
    command->add_option("--listen", given->listen,
                        "Where it listens (default 127.0.0.1:7000); port 0: any free one");
    add_data_option(*command, given->data);
    command->footer(
        "`cleave up` has one of its own. Every process is told where it is by registry.address,\n"
        "and needs the same DIR/keys/internal.key.\n"
        "Example: cleave registry --listen 10.0.0.5:7000 --data /srv/blog");
    command->callback([&chosen, given] { chosen = [given] { return serve_registry(*given); }; });
}

}  // namespace cleave::cli
