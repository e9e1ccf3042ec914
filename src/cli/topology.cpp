// Who runs where, before anything runs: `cleave topology` and `cleave targets`.
#include <fmt/ranges.h>

#include <app/known_modules.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <contract/codec.hpp>
#include <iostream>
#include <topology/keys.hpp>

namespace cleave::cli {

namespace {

struct topology_arguments {
    layout_options layout;
    std::string other;
    bool as_mermaid = false;
    bool as_toml = false;
    bool as_json = false;
};

int show(const topology_arguments& given) {
    const auto all = given.layout.read();
    if (given.as_mermaid)
        std::cout << topology::to_mermaid(all.layout);
    else if (given.as_toml)
        std::cout << topology::to_toml(all.layout);
    else
        std::cout << topology::describe(all.layout);
    return 0;
}

// What can be wrong was found by reading it.
int validate(const topology_arguments& given) {
    const auto all = given.layout.read();
    const auto processes = all.layout.processes();
    std::size_t instances = 0;
    for (const auto& p : processes) instances += p.replicas();
    std::cout << fmt::format("{} is right: {} modules in {} {}, {} {}\n",
                             given.layout.config.empty() ? "it" : given.layout.config,
                             all.layout.modules.size(), processes.size(),
                             processes.size() == 1 ? "process" : "processes", instances,
                             instances == 1 ? "instance" : "instances");
    return 0;
}

int diff(const topology_arguments& given) {
    const auto from = given.layout.read();
    auto other = given.layout;
    other.config = given.other;
    const auto changes = topology::difference(from.layout, other.read().layout);
    for (const auto& line : changes) std::cout << line << "\n";
    if (changes.empty()) std::cout << "They are the same.\n";
    return changes.empty() ? 0 : 1;
}

// For people: a key, then what it is.
int keys(const topology_arguments& given) {
    const auto all = topology::file_keys();
    if (given.as_json) {
        std::cout << encode(std::vector(all.begin(), all.end())) << "\n";
        return 0;
    }
    for (const auto& k : all)
        std::cout << fmt::format("{}\n    {}\n    Default: {}. Must be {}.\n", k.key, k.help,
                                 k.default_value, k.expects);
    std::cout << "All else is a setting: `cleave config --explain`.\n";
    return 0;
}

int targets() {
    for (const auto& m : app::known_modules())
        std::cout << fmt::format(
            "{:<14} calls {:<24} follows {}{}\n", m.name,
            m.calls.empty() ? "nobody" : fmt::format("{}", fmt::join(m.calls, ", ")),
            m.follows.empty() ? "nobody" : fmt::format("{}", fmt::join(m.follows, ", ")),
            m.built_in ? "" : " (not in this binary)");
    std::cout << fmt::format("{:<14} the edge: routes, tokens, limits\n", topology::gateway_name);
    return 0;
}

}  // namespace

void add_topology(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand(
        "topology", "Who runs where: show, validate, compare, and how to say it");
    command->require_subcommand(1);
    command->footer("Example: cleave topology diff config/monolith.toml config/split.toml");
    auto given = std::make_shared<topology_arguments>();
    const auto add = [&](const char* name, const char* what, auto run) {
        auto* sub = command->add_subcommand(name, what);
        sub->callback([&chosen, given, run] { chosen = [given, run] { return run(*given); }; });
        return sub;
    };
    auto* shown = add("show", "The effective topology, with what leaves a process", show);
    given->layout.add_to(*shown);
    shown->add_flag("--mermaid", given->as_mermaid, "As a diagram for Markdown");
    shown->add_flag("--toml", given->as_toml, "As a config file");
    shown->footer("Example: cleave topology show --split all --replicas users=2 --mermaid");
    auto* checked =
        add("validate", "Whether a config file can be used; else what is wrong", validate);
    given->layout.add_to(*checked);
    checked->footer("Example: cleave topology validate --config config/split.toml");
    auto* compared =
        add("diff", "What differs between two config files; exit code 1 if anything does", diff);
    compared->add_option("from", given->layout.config, "A config file")
        ->required()
        ->check(CLI::ExistingFile);
    compared->add_option("to", given->other, "Another one")->required()->check(CLI::ExistingFile);
    auto* listed = add("keys", "The keys of a config file that say who runs where", keys);
    listed->add_flag("--json", given->as_json, "For programs");
    listed->footer("Example: cleave topology keys");
    compared->footer("Example: cleave topology diff config/monolith.toml config/split.toml");
}

void add_targets(CLI::App& app, action& chosen) {
    auto* command =
        app.add_subcommand("targets", "The modules that can be placed, and whom each needs");
    command->footer(
        "A binary may be built with some of them: those that are not in it run by another one.\n"
        "Example: cleave targets");
    command->callback([&chosen] { chosen = targets; });
}

}  // namespace cleave::cli
