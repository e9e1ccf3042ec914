#include "rules.hpp"

#include <fmt/format.h>

namespace cleave::architecture {

std::vector<rule> all_rules() {
    std::vector<rule> all;
    for (const auto& group : {include_rules(), module_rules(), data_rules(), code_rules()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

outcome apply(const rule& checked, const tree& all) {
    outcome out;
    for (const auto& [path, file] : all.files()) {
        if (!checked.covers(all, file)) continue;
        ++out.files_covered;
        for (auto& found : checked.check(all, file)) out.findings.push_back(std::move(found));
    }
    return out;
}

std::string explain(const rule& broken, const finding& found) {
    return fmt::format("{}:{}: {}. Why: {}. Instead: {}. [{}]", found.path, found.line, found.what,
                       broken.why, broken.instead, broken.name);
}

}  // namespace cleave::architecture
