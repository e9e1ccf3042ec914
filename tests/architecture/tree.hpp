#pragma once
// The source tree as the rules see it: files, and the modules that CMake declares.
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scanner.hpp"

namespace cleave::architecture {

struct source_file {
    std::string path{};  // From the root, with forward slashes.
    std::string text{};
    scanned content{};
    std::vector<include_line> includes{};

    bool is_cpp() const { return path.ends_with(".cpp") || path.ends_with(".hpp"); }
    bool is_sql() const { return path.ends_with(".sql"); }
    bool is_under(std::string_view folder) const { return path.starts_with(folder); }
    bool is_test() const { return is_under("tests/") || path.contains("/tests/"); }
    std::string_view name() const;       // "store.cpp"
    std::string_view module() const;     // "posts" of modules/posts/…, else nothing
    std::string_view component() const;  // "http" of src/http/…, else nothing
};

source_file make_file(std::string path, std::string text);

// cleave_module(comments CALLS posts users FOLLOWS posts users)
struct module_declaration {
    std::string name{};
    std::set<std::string> calls{};
    std::set<std::string> follows{};

    bool knows(const std::string& other) const {
        return calls.contains(other) || follows.contains(other);
    }
};

class tree {
public:
    explicit tree(std::map<std::string, std::string> texts);

    const std::map<std::string, source_file>& files() const { return files_; }
    const source_file* find(const std::string& path) const;

    // Found, not listed: a new module is covered the day it appears.
    const std::map<std::string, module_declaration>& modules() const { return modules_; }
    bool has_module(std::string_view name) const { return modules_.contains(std::string(name)); }

    // Has a folder under src.
    bool has_component(std::string_view name) const {
        return components_.contains(std::string(name));
    }

    // The file of this tree that an #include in `from` means; nullptr for others'.
    const source_file* resolve(const source_file& from, const include_line& include) const;

private:
    std::map<std::string, source_file> files_;
    std::map<std::string, module_declaration> modules_;
    std::set<std::string> components_;
};

// The texts of src, modules and tests under the root.
std::map<std::string, std::string> read_texts(const std::filesystem::path& root);

}  // namespace cleave::architecture
