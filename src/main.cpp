#include <cli/commands.hpp>
#include <iostream>
#include <sqlite/owner_lock.hpp>
#include <topology/topology.hpp>

int main(int argc, char** argv) {
    using namespace cleave;
    CLI::App app(
        "A blog that runs as one binary, or with any module as a process of its own.\n"
        "Start here: cleave up --demo, then cleave up --split all, then cleave compare");
    app.name("cleave");
    app.set_version_flag("--version", "cleave " CLEAVE_VERSION);
    app.require_subcommand(1);

    cli::action chosen;
    cli::add_up(app, chosen);
    cli::add_serve(app, chosen);
    cli::add_status(app, chosen);
    cli::add_call(app, chosen);
    cli::add_compare(app, chosen);
    try {
        app.parse(argc, argv);
        return chosen();
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : 2;
    } catch (const topology::config_error& e) {
        std::cerr << "cleave: " << e.what() << "\n";
        return 2;
    } catch (const std::exception& e) {
        std::cerr << "cleave: " << e.what() << "\n";
        return 1;
    }
}
