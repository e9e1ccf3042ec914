// What a module looks like from outside: its rooms, what it declares, its contract.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>

#include "rules.hpp"

namespace cleave::architecture {

namespace {

using findings = std::vector<finding>;

// Each module's folder once: by its first file, whichever that is.
bool is_first_of_module(const tree& all, const source_file& file) {
    if (file.module().empty()) return false;
    const auto first = all.files().lower_bound(fmt::format("modules/{}/", file.module()));
    return first->first == file.path;
}
bool is_module_cmake(const tree&, const source_file& file) {
    return file.path == fmt::format("modules/{}/CMakeLists.txt", file.module());
}
bool is_readme(const tree&, const source_file& file) {
    return file.path == fmt::format("modules/{}/README.md", file.module());
}
bool is_api(const tree&, const source_file& file) {
    return file.path == fmt::format("modules/{0}/api/{0}/api.hpp", file.module());
}

std::size_t line_of_declaration(const source_file& cmake) {
    const auto at = find_word(cmake.content.code, "cleave_module");
    return at == std::string_view::npos ? 1 : line_at(cmake.text, at);
}

findings lacks_room(const tree& all, const source_file& first) {
    const std::string m(first.module());
    findings found;
    for (const std::string& room :
         {std::string("README.md"), std::string("CMakeLists.txt"), "api/" + m + "/api.hpp",
          "api/" + m + "/proxy.hpp", "api/" + m + "/module.hpp", std::string("src/module.cpp"),
          std::string("src/rules.cpp"), std::string("src/store.cpp"),
          std::string("src/routes.cpp")}) {
        const auto path = fmt::format("modules/{}/{}", m, room);
        if (all.find(path) == nullptr) found.push_back({path, 1, "is missing"});
    }
    for (const std::string folder : {"migrations/", "tests/"}) {
        const auto path = fmt::format("modules/{}/{}", m, folder);
        const auto inside = all.files().lower_bound(path);
        if (inside == all.files().end() || !inside->first.starts_with(path))
            found.push_back({path, 1, "is empty or missing"});
    }
    return found;
}

findings declares_wrongly(const tree& all, const source_file& cmake) {
    const auto line = line_of_declaration(cmake);
    const auto self = all.modules().find(std::string(cmake.module()));
    if (self == all.modules().end())
        return {{cmake.path, line, fmt::format("declares no cleave_module({} …)", cmake.module())}};
    findings found;
    for (const auto* others : {&self->second.calls, &self->second.follows})
        for (const auto& other : *others)
            if (!all.has_module(other) || other == self->first)
                found.push_back(
                    {cmake.path, line, fmt::format("names {}, which is no other module", other)});
    return found;
}

findings opens_back_door(const tree&, const source_file& cmake) {
    findings found;
    const std::string own = fmt::format("cleave_{}", cmake.module());
    std::size_t number = 0;
    for (const auto line : lines_of(cmake.content.code)) {
        ++number;
        for (const auto& word : words_of(line))
            if (word.starts_with("cleave_") && word != "cleave_module" && !word.starts_with(own))
                found.push_back({cmake.path, number, "links " + word});
        if (line.contains("..") || line.contains("_SOURCE_DIR"))
            found.push_back({cmake.path, number, "reaches outside its folder"});
    }
    return found;
}

// The way from a module to another, or back to itself; empty if there is none.
std::vector<std::string> way_to(const tree& all, const std::string& from, const std::string& to,
                                std::set<std::string>& seen) {
    const auto at = all.modules().find(from);
    if (at == all.modules().end() || !seen.insert(from).second) return {};
    for (const auto& [name, other] : all.modules()) {
        if (!at->second.knows(name)) continue;
        if (name == to) return {from, to};
        if (auto way = way_to(all, name, to, seen); !way.empty()) {
            way.insert(way.begin(), from);
            return way;
        }
    }
    return {};
}

findings knows_itself(const tree& all, const source_file& cmake) {
    const std::string self(cmake.module());
    std::set<std::string> seen;
    const auto way = way_to(all, self, self, seen);
    if (way.empty()) return {};
    return {{cmake.path, line_of_declaration(cmake),
             fmt::format("is part of a cycle: {}", fmt::join(way, " -> "))}};
}

// "Calls: posts, users" as a list item, a table row or a plain line.
findings tells_otherwise(const source_file& readme, std::string_view title,
                         const std::set<std::string>& declared) {
    std::size_t number = 0;
    for (auto line : lines_of(readme.text)) {
        ++number;
        const auto start = line.find_first_not_of(" \t-*|>");
        if (start == std::string_view::npos || !line.substr(start).starts_with(title)) continue;
        line.remove_prefix(start + title.size());
        const auto colon = line.find_first_not_of(" *");
        if (colon == std::string_view::npos || !std::string_view(":|").contains(line[colon]))
            continue;
        std::set<std::string> told;
        for (auto& word : words_of(line.substr(colon)))
            if (word != "nobody" && word != "none") told.insert(std::move(word));
        if (told == declared) return {};
        return {{readme.path, number,
                 fmt::format("says {} [{}], CMakeLists.txt says [{}]", title, fmt::join(told, ", "),
                             fmt::join(declared, ", "))}};
    }
    return {{readme.path, 1, fmt::format("has no line '{}: …'", title)}};
}

findings readme_differs(const tree& all, const source_file& readme) {
    const auto self = all.modules().find(std::string(readme.module()));
    if (self == all.modules().end()) return {};
    auto found = tells_otherwise(readme, "Calls", self->second.calls);
    for (auto& more : tells_otherwise(readme, "Follows", self->second.follows))
        found.push_back(std::move(more));
    return found;
}

// A type that borrows, or that only one process can hold.
findings crosses_by_reference(const tree&, const source_file& api) {
    static const std::regex borrowed(
        R"(\bstd::(string_view|span|function|move_only_function|shared_ptr|unique_ptr|weak_ptr)"
        R"(|reference_wrapper|any|exception_ptr|initializer_list)\b)");
    static const std::regex pointer_field(R"([\w>]\s*[*&]+\s*\w+\s*(=[^=]*)?$)");
    static const std::regex pointer_argument(R"(virtual\b.*\(.*[*&].*\))");
    findings found;
    const std::string& code = api.content.code;
    for (std::size_t at = 0; at < code.size();) {
        const auto end = std::min(code.find_first_of(";{}", at), code.size());
        const auto first = std::min(code.find_first_not_of(" \t\n", at), end);
        std::string statement = code.substr(first, end - first);
        std::ranges::replace(statement, '\n', ' ');
        const bool is_constant = statement.contains("constexpr");
        if (!is_constant && !statement.contains("operator") && !statement.contains("#include") &&
            (std::regex_search(statement, borrowed) ||
             std::regex_search(statement, pointer_field) ||
             std::regex_search(statement, pointer_argument)))
            found.push_back({api.path, line_at(code, first), "passes by reference: " + statement});
        at = end + 1;
    }
    return found;
}

}  // namespace

std::vector<rule> module_rules() {
    return {
        {"rooms", "who knows one module knows where to look in all of them",
         "add it, if only with a sentence why it is empty", is_first_of_module, lacks_room},
        {"declared-in-cmake", "a folder that declares no module is built and checked by nobody",
         "cleave_module(<folder> CALLS <modules> FOLLOWS <modules>)", is_module_cmake,
         declares_wrongly},
        {"no-back-door", "a target linked by hand brings include folders that no rule knows",
         "CALLS and FOLLOWS, or a library from outside the project", is_module_cmake,
         opens_back_door},
        {"no-cycle", "modules that know each other can only be released and moved together",
         "let an event or a saga step flow against the arrow", is_module_cmake, knows_itself},
        {"readme-tells-the-truth", "the README is where people read whom a module knows",
         "write the same names in both; 'nobody' where there are none", is_readme, readme_differs},
        {"contract-of-values",
         "what crosses a contract may cross a network: no pointers, views or callbacks",
         "a described value type (std::string, std::vector, std::optional, …)", is_api,
         crosses_by_reference},
    };
}

}  // namespace cleave::architecture
