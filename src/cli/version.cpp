#include <cli/commands.hpp>

namespace cleave::cli {

void add_version(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand("version", "Say which version this is");
    command->footer("Example: cleave version");
    command->callback([&chosen] {
        chosen = [] {
            fmt::print("cleave {}\n", CLEAVE_VERSION);
            return 0;
        };
    });
}

}  // namespace cleave::cli
