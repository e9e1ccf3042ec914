#include <cli/commands.hpp>
#include <csignal>
#include <iostream>
#include <topology/nearest.hpp>
#include <topology/topology.hpp>

namespace {

// A slip of the finger in the subcommand deserves the name that was meant.
void explain_unknown_command(const CLI::App& app, const std::string& word) {
    std::vector<std::string> known;
    for (const auto* command : app.get_subcommands({})) known.push_back(command->get_name());
    if (std::ranges::find(known, word) == known.end() && !word.starts_with('-'))
        std::cerr << "cleave: there is no command \"" << word << "\""
                  << cleave::topology::hint(word, known) << "\n";
}

}  // namespace

int main(int argc, char** argv) {
    using namespace cleave;
    // Whoever reads the log may go away; that ends no blog. Nor does a file that may not grow: the
    // write fails, and is answered for.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    CLI::App app(
        "A blog that runs as one binary, or with any module as a process of its own.\n"
        "Start here: cleave up --demo, then cleave up --split all, then cleave compare");
    app.name("cleave");
    app.set_version_flag("--version", "cleave " CLEAVE_VERSION);
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 done; 1 it did not work, and stderr says why; 2 wrong usage or "
        "configuration,\n"
        "and nothing was done; 70 the disk failed, and no answer could be trusted any more.");

    cli::action chosen;
    for (const auto add : cli::all_commands) add(app, chosen);
    try {
        app.parse(argc, argv);
        return chosen();
    } catch (const CLI::ParseError& e) {
        if (argc == 1) std::cerr << app.help() << "\n";
        if (argc > 1) explain_unknown_command(app, argv[1]);
        return app.exit(e) == 0 ? 0 : 2;
    } catch (const topology::config_error& e) {
        std::cerr << "cleave: " << e.what() << "\n";
        return 2;
    } catch (const std::exception& e) {
        std::cerr << "cleave: " << e.what() << "\n";
        return 1;
    }
}
