#include <fmt/ranges.h>

#include <algorithm>
#include <app/known_modules.hpp>

namespace cleave::app {

namespace {

bool is_built_in(std::string_view module) {
    return std::ranges::any_of(known_modules(),
                               [&](const auto& m) { return m.name == module && m.built_in; });
}

}  // namespace

std::vector<std::string> built_in_modules() {
    std::vector<std::string> out;
    for (const auto& m : known_modules())
        if (m.built_in) out.push_back(m.name);
    return out;
}

void check_built_in(const std::set<std::string, std::less<>>& modules) {
    for (const auto& m : modules)
        if (!is_built_in(m))
            throw topology::config_error(fmt::format(
                "{} is to run here, and this binary has {} alone: place it in another process, "
                "which runs a binary that has it",
                m, fmt::join(built_in_modules(), ", ")));
}

void check_built_in(const topology::topology& layout) {
    for (const auto& p : layout.processes())
        for (const auto& m : p.modules)
            if (p.is_supervised() && !p.settings.binary && !is_built_in(m))
                throw topology::config_error(fmt::format(
                    "process \"{0}\" runs {1}, and this binary has {2} alone: name one that has it "
                    "with binary = \"…\" under [processes.{0}]",
                    p.name, m, fmt::join(built_in_modules(), ", ")));
}

}  // namespace cleave::app
