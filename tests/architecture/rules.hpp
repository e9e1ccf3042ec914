#pragma once
// The rules, as data: what each forbids, which files it looks at, and what it finds there.
#include <string>
#include <string_view>
#include <vector>

#include "tree.hpp"

namespace cleave::architecture {

struct finding {
    std::string path{};
    std::size_t line = 0;
    std::string what{};
};

struct rule {
    std::string_view name;
    std::string_view why;
    std::string_view instead;
    bool (*covers)(const tree&, const source_file&);
    std::vector<finding> (*check)(const tree&, const source_file&);
};

// All of them. Each has a canary in canaries.cpp that it is seen to find.
std::vector<rule> all_rules();

// By what they look at.
std::vector<rule> include_rules();
std::vector<rule> module_rules();
std::vector<rule> data_rules();
std::vector<rule> code_rules();

struct outcome {
    std::size_t files_covered = 0;
    std::vector<finding> findings{};
};
outcome apply(const rule& checked, const tree& all);

// "path:line: what. Why: … Instead: …"
std::string explain(const rule& broken, const finding& found);

}  // namespace cleave::architecture
