// A module owns its data: its tables bear its name, and nobody else reads or writes them.
#include <fmt/format.h>

#include <cctype>
#include <regex>

#include "rules.hpp"

namespace cleave::architecture {

namespace {

using findings = std::vector<finding>;

bool is_migration(const tree&, const source_file& file) {
    return file.is_sql() && !file.module().empty() && !file.is_test();
}
bool is_inside(const source_file& file) {
    return !file.module().empty() && file.is_cpp() && !file.is_test();
}
bool may_hold_sql(const tree& all, const source_file& file) {
    return is_inside(file) || is_migration(all, file);
}
bool is_not_store(const tree&, const source_file& file) {
    return is_inside(file) && !file.name().contains("store");
}

struct token {
    std::size_t offset = 0;
    std::string text{};  // a word in small letters, or one character
};

std::vector<token> tokens_of(std::string_view sql) {
    std::vector<token> tokens;
    for (std::size_t at = 0; at < sql.size(); ++at) {
        const std::size_t start = at;
        std::string word;
        for (; at < sql.size() && is_word(sql[at]); ++at)
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(sql[at])));
        if (!word.empty())
            --at;
        else if (std::string_view(",();").contains(sql[at]))
            word = sql[at];
        if (!word.empty()) tokens.push_back({start, std::move(word)});
    }
    return tokens;
}

// The tables that a piece of SQL reads, writes or points to.
std::vector<token> tables_in(std::string_view sql) {
    static const std::set<std::string> before{"from",   "join",  "into",
                                              "update", "table", "references"};
    static const std::set<std::string> between{"or",       "ignore", "replace", "abort",
                                               "rollback", "fail",   "if",      "not",
                                               "exists",   "main",   "temp",    "("};
    static const std::set<std::string> ends_list{"where",  "set",    "order",  "group", "limit",
                                                 "having", "values", "select", ";"};
    std::vector<token> tables;
    bool wanted = false;   // The next name is a table's.
    bool in_list = false;  // FROM a, b
    bool creates = false;  // CREATE INDEX … ON a
    for (const auto& word : tokens_of(sql)) {
        if (word.text == "create" || word.text == ";") creates = word.text == "create";
        if (before.contains(word.text) || (word.text == "on" && creates)) {
            wanted = true;
            in_list = word.text == "from";
        } else if (ends_list.contains(word.text)) {
            wanted = in_list = false;
        } else if (word.text == ",") {
            wanted = in_list;
        } else if (wanted && !between.contains(word.text)) {
            tables.push_back(word);
            wanted = false;
        }
    }
    return tables;
}

// The module whose name a table bears; the longest that fits.
std::string owner_of(const tree& all, std::string_view table) {
    std::string owner;
    for (const auto& [name, declared] : all.modules())
        if (table.starts_with(name + "_") && name.size() > owner.size()) owner = name;
    return owner;
}

void find_others_tables(const tree& all, const source_file& file, std::string_view sql,
                        std::size_t first_line, findings& found) {
    for (const auto& table : tables_in(sql)) {
        const auto owner = owner_of(all, table.text);
        if (owner.empty() || owner == file.module()) continue;
        found.push_back({file.path, first_line + line_at(sql, table.offset) - 1,
                         fmt::format("uses {}, a table of {}", table.text, owner)});
    }
}

findings uses_others_tables(const tree& all, const source_file& file) {
    findings found;
    if (file.is_sql()) find_others_tables(all, file, file.content.code, 1, found);
    for (const auto& text : file.content.literals)
        find_others_tables(all, file, text.text, text.line, found);
    return found;
}

findings creates_without_name(const tree&, const source_file& file) {
    static const std::set<std::string> kinds{"table", "index", "trigger", "view"};
    const std::string prefix = fmt::format("{}_", file.module());
    findings found;
    const auto tokens = tokens_of(file.content.code);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool creates = tokens[i].text == "create";
        const bool renames = tokens[i].text == "rename";
        if (!creates && !renames) continue;
        std::size_t name = i + 1;
        while (creates && name < tokens.size() && !kinds.contains(tokens[name].text)) ++name;
        ++name;
        while (name < tokens.size() && (tokens[name].text == "if" || tokens[name].text == "not" ||
                                        tokens[name].text == "exists"))
            ++name;
        if (name >= tokens.size() || tokens[name].text.starts_with(prefix)) continue;
        if (renames && tokens[i + 1].text != "to") continue;  // A column.
        found.push_back({file.path, line_at(file.text, tokens[name].offset),
                         fmt::format("{} does not begin with {}", tokens[name].text, prefix)});
    }
    return found;
}

findings holds_sql(const tree&, const source_file& file) {
    static const std::regex statement(
        R"(^[\s(]*(SELECT\s|INSERT\s|UPDATE\s|DELETE\s|REPLACE\s|WITH\s|CREATE\s|ALTER\s|DROP\s)"
        R"(|PRAGMA\s|BEGIN\b|COMMIT\b|ROLLBACK\b|SAVEPOINT\s|VACUUM\b|ATTACH\s))");
    static const std::regex shape(
        R"(\b(insert\s+(or\s+\w+\s+)?into\s+\w+_|update\s+\w+_\w+\s+set|delete\s+from\s+\w+_)"
        R"(|select\s.*\sfrom\s+\w+_|create\s+(unique\s+)?(table|index|trigger|view)\s+\w+_))",
        std::regex::icase);
    findings found;
    for (const auto& text : file.content.literals)
        if (std::regex_search(text.text, statement) || std::regex_search(text.text, shape))
            found.push_back({file.path, text.line, fmt::format("holds SQL: {:.40}", text.text)});
    return found;
}

findings is_out_of_step(const tree& all, const source_file& file) {
    static const std::regex name(R"(^(\d{4})_[a-z0-9_]+\.sql$)");
    const std::string folder = fmt::format("modules/{}/migrations/", file.module());
    if (!file.is_under(folder)) return {{file.path, 1, "is not in the migrations folder"}};
    std::size_t expected = 0;
    for (auto at = all.files().lower_bound(folder);
         at != all.files().end() && at->first.starts_with(folder); ++at) {
        if (!at->second.is_sql()) continue;
        ++expected;
        if (at->first == file.path) break;
    }
    const std::string own(file.name());
    std::smatch match;
    if (!std::regex_match(own, match, name))
        return {{file.path, 1, "is not named like 0001_what_it_does.sql"}};
    if (std::stoul(match[1]) == expected) return {};
    return {{file.path, 1, fmt::format("should be number {:04}", expected)}};
}

}  // namespace

std::vector<rule> data_rules() {
    return {
        {"tables-bear-the-name",
         "in the shared layout all modules' tables stand in one file, and must not meet",
         "begin the name with that of the module and _", is_migration, creates_without_name},
        {"own-tables-only",
         "a module's data may lie in another process; two writers of a table keep no promise",
         "call its api, or keep a copy of your own from its events", may_hold_sql,
         uses_others_tables},
        {"sql-in-store", "whoever changes a table must find all that uses it in one place",
         "a function of the module's store", is_not_store, holds_sql},
        {"migrations-in-step", "steps are applied in order, once, by number",
         "number them 0001, 0002, … without gaps, in the migrations folder", is_migration,
         is_out_of_step},
    };
}

}  // namespace cleave::architecture
