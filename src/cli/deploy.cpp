#include <fmt/format.h>
#include <base/text.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <iostream>
#include <topology/control.hpp>

namespace cleave::cli {

namespace {

struct deploy_arguments {
    topology::deploy_request what;
    std::string binary;
    std::string data = "data";
};

int deploy(deploy_arguments given) {
    if (!given.binary.empty()) given.what.binary = std::filesystem::absolute(given.binary).string();
    const auto done = topology::request_deploy(given.data, given.what);
    if (!done) {
        std::cerr << "cleave: " << done.error().subject << " " << done.error().detail << "\n";
        return 1;
    }
    for (const auto& i : done->instances)
        std::cout << fmt::format(
            "{}: pid {} -> {}; started within {:.0f} ms, took over within {:.1f} ms\n", i.name,
            i.old_pid, i.new_pid, static_cast<double>(i.started_us) / 1e3,
            static_cast<double>(i.handed_over_us) / 1e3);
    return 0;
}

struct scale_arguments {
    std::string what;  // users=3
    std::string data = "data";
};

int scale(const scale_arguments& given) {
    topology::scale_request wanted;
    const auto equals = given.what.find('=');
    wanted.process = given.what.substr(0, equals);
    if (equals == std::string::npos ||
        !read_number(std::string_view(given.what).substr(equals + 1), wanted.replicas)) {
        std::cerr << "cleave: say how many of which process: cleave scale users=3\n";
        return 2;
    }
    const auto done = topology::request_scale(given.data, wanted);
    if (!done) {
        std::cerr << "cleave: " << done.error().subject << " " << done.error().detail << "\n";
        return 1;
    }
    std::cout << fmt::format("{}: {} -> {} instances; `cleave status` shows them\n", wanted.process,
                             done->before, done->now);
    return 0;
}

}  // namespace

void add_deploy(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand(
        "deploy", "Put a new process in the place of one that runs, without losing a request");
    auto given = std::make_shared<deploy_arguments>();
    command->add_option("process", given->what.process, "Which one, as `cleave status` names it")
        ->required();
    command
        ->add_option("--binary", given->binary,
                     "The program to run from now on; without it the one that `up` runs")
        ->check(CLI::ExistingFile);
    add_data_option(*command, given->data);
    command->footer(
        "The new process starts beside the old one and takes its data and its connections over.\n"
        "Where it does not become ready, or fails its first requests, the old one goes on.\n"
        "Every instance is replaced, the owner first.\n"
        "Example: cleave deploy users --binary ./cleave-next");
    command->callback([&chosen, given] { chosen = [given] { return deploy(*given); }; });
}

void add_scale(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand("scale", "Run more or fewer instances of a process");
    auto given = std::make_shared<scale_arguments>();
    command->add_option("process", given->what, "users=3: one that owns the data, two replicas")
        ->required();
    add_data_option(*command, given->data);
    command->footer(
        "Replicas answer queries; commands go to the owner. Until `up` ends: to keep it, write\n"
        "replicas = 3 under [processes.users] in the config file.\n"
        "Example: cleave scale users=3");
    command->callback([&chosen, given] { chosen = [given] { return scale(*given); }; });
}

}  // namespace cleave::cli
