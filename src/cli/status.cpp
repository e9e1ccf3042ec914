#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <contract/codec.hpp>
#include <iostream>
#include <topology/status.hpp>

namespace cleave::cli {

namespace {

struct status_arguments {
    std::string data = "data";
    bool as_json = false;
};

int status(const status_arguments& given) {
    const auto found = topology::fetch_status(given.data);
    if (!found) {
        std::cerr << "Nothing runs on " << given.data
                  << ". Start it with `cleave up`, or name its directory with --data.\n";
        return 1;
    }
    if (given.as_json)
        std::cout << encode(*found) << "\n";
    else
        std::cout << topology::status_table(*found);
    return 0;
}

}  // namespace

void add_status(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand("status", "Show each running process and its modules");
    auto given = std::make_shared<status_arguments>();
    add_data_option(*command, given->data);
    command->add_flag("--json", given->as_json, "For programs");
    command->footer("Example: cleave status --json | jq '.processes[].name'");
    command->callback([&chosen, given] { chosen = [given] { return status(*given); }; });
}

}  // namespace cleave::cli
