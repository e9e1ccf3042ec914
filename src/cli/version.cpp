#include <fmt/ranges.h>

#include <app/known_modules.hpp>
#include <cli/commands.hpp>

namespace cleave::cli {

void add_version(CLI::App& app, action& chosen) {
    auto* command =
        app.add_subcommand("version", "Say which version this is, and which modules are in it");
    command->footer("Example: cleave version");
    command->callback([&chosen] {
        chosen = [] {
            fmt::print("cleave {}\nmodules: {}\n", CLEAVE_VERSION,
                       fmt::join(app::built_in_modules(), ", "));
            return 0;
        };
    });
}

}  // namespace cleave::cli
