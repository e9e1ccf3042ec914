#pragma once
// A blog's databases, looked at from outside: whether events have come to whom they are for, and
// what is in them by natural keys. Tables are discovered, not listed.
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <sqlite/connection.hpp>
#include <vector>

#include "normal.hpp"

namespace cleave::test {

class databases {
public:
    explicit databases(const std::filesystem::path& data);

    // Each event that was published is applied by everybody who follows it; and, where a number of
    // views is given, so many are counted.
    bool have_settled(std::optional<std::int64_t> views);

    // A line for each row, in an order of its own: accounts by name, articles by their author and
    // place, comments by their article and place; without times, and what else is there by chance.
    std::vector<std::string> dump(normaliser& normal);

private:
    using names = std::map<std::int64_t, std::string>;  // by id

    sqlite::connection& of(const std::string& module) { return *open_.at(module); }
    std::int64_t number(const std::string& module, const std::string& sql);
    void learn_names();
    std::string shown(const std::string& table, const std::string& column,
                      const sqlite::statement& row, int at) const;
    void dump_table(sqlite::connection& db, const std::string& table, normaliser& normal,
                    std::vector<std::string>& out);

    std::map<std::string, std::unique_ptr<sqlite::connection>> open_;
    names accounts_, articles_, comments_;
};

}  // namespace cleave::test
