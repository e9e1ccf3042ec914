#pragma once
// For each rule a violation that it must find, and the lawful neighbours that it must not.
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::architecture {

// A small tree that obeys every rule; each canary changes one file of it.
std::map<std::string, std::string> lawful_texts();

inline constexpr std::string_view taken_away = "(taken away)";

struct canary {
    std::string_view rule;
    std::string_view path;  // the file changed
    std::string_view text;  // what it says now
    // Where the rule must find something, "path:line"; empty: the change is lawful.
    std::string_view found_at;
};

std::vector<canary> canaries();

}  // namespace cleave::architecture
