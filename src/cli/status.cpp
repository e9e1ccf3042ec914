#include <unistd.h>

#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <contract/codec.hpp>
#include <iostream>
#include <thread>
#include <topology/status.hpp>

namespace cleave::cli {

namespace {

struct status_arguments {
    std::string data = "data";
    bool as_json = false;
    bool watch = false;
    bool wide = false;
};

int show_once(const status_arguments& given) {
    const auto found = topology::fetch_status(given.data);
    if (!found) {
        std::cerr << "Nothing runs on " << given.data
                  << ". Start it with `cleave up`, or name its directory with --data.\n";
        return 1;
    }
    if (given.as_json)
        std::cout << encode(*found) << "\n";
    else
        std::cout << topology::status_table(*found, given.wide);
    return 0;
}

// Until Ctrl-C; over what was there before, where that is a terminal.
int status(const status_arguments& given) {
    if (!given.watch) return show_once(given);
    for (int code = 0; code == 0;) {
        if (::isatty(STDOUT_FILENO)) std::cout << "\x1b[H\x1b[2J";
        code = show_once(given);
        std::cout.flush();
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    return 1;
}

}  // namespace

void add_status(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand("status", "Show each running process and its modules");
    auto given = std::make_shared<status_arguments>();
    add_data_option(*command, given->data);
    command->add_flag("--json", given->as_json, "For programs");
    command->add_flag("--wide", given->wide, "With the addresses of each");
    command->add_flag("--watch", given->watch, "Again each second, until Ctrl-C");
    command->footer(
        "Requests a second and latencies are those of the last ten seconds; latencies are upper\n"
        "bounds. Memory is shared out: the sum is what all take together.\n"
        "Example: cleave status --json | jq '.processes[].name'");
    command->callback([&chosen, given] { chosen = [given] { return status(*given); }; });
}

}  // namespace cleave::cli
