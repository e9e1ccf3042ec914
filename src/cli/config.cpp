#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <contract/codec.hpp>
#include <iostream>

namespace cleave::cli {

namespace {

struct config_arguments {
    layout_options layout;
    bool as_json = false;
    bool with_help = false;
};

struct shown_configuration {
    std::vector<config::entry> settings{};
    std::string topology{};  // placement and processes, as a file has them
};
BOOST_DESCRIBE_STRUCT(shown_configuration, (), (settings, topology))

// A file that can be used as one: sections in the order of their declaration.
std::string as_file(const std::vector<config::entry>& entries, bool with_help) {
    std::string out;
    std::string section;
    for (const auto& e : entries) {
        const auto dot = e.key.rfind('.');
        const auto in = dot == std::string::npos ? std::string() : e.key.substr(0, dot);
        if (in != section) out += fmt::format("\n[{}]\n", in);
        section = in;
        const auto line = fmt::format("{} = {}", e.key.substr(dot + 1), e.value);
        if (with_help)
            out += fmt::format("# {} {}; default {}\n", e.help, e.expects, e.default_value);
        out += fmt::format("{:<40} # {}\n", line, e.origin);
    }
    return out;
}

int show(const config_arguments& given) {
    const auto all = given.layout.read();
    if (given.as_json)
        std::cout << encode(shown_configuration{all.entries, placement_as_toml(all.layout)})
                  << "\n";
    else
        std::cout << as_file(all.entries, given.with_help) << placement_as_toml(all.layout);
    return 0;
}

}  // namespace

void add_config(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand(
        "config", "Show every setting, its value and where that comes from; start nothing");
    auto given = std::make_shared<config_arguments>();
    given->layout.add_to(*command);
    command->add_flag("--json", given->as_json, "For programs");
    command->add_flag("--explain", given->with_help, "With what each is for, and may be");
    command->footer(
        "Values come from the file, then from the environment (CLEAVE_HTTP_IDLE_TIMEOUT_MS=5000),\n"
        "then from flags (--set http.idle_timeout_ms=5000); the last one counts. What is printed\n"
        "is a config file itself; secrets are masked in it.\n"
        "Example: cleave config --config config/split.toml");
    command->callback([&chosen, given] { chosen = [given] { return show(*given); }; });
}

}  // namespace cleave::cli
