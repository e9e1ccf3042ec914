#include "databases.hpp"

#include <algorithm>
#include <regex>
#include <support/divergence.hpp>
#include <support/running_blog.hpp>

namespace cleave::test {

namespace {

// Who applies whose events, as modules/*/CMakeLists.txt has it.
const std::map<std::string, std::vector<std::string>> followers{
    {"users", {"posts", "comments", "notifications", "stats"}},
    {"posts", {"comments", "notifications", "stats"}},
    {"comments", {"notifications", "stats"}}};

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> ends) {
    return std::ranges::any_of(ends, [&](auto end) { return text.ends_with(end); });
}

// What says how a run went and not what it came to, or cannot be read back (an index of words).
bool is_left_out(std::string_view table) {
    return table.starts_with("sqlite_") || table.starts_with("posts_search") ||
           ends_with_any(table, {"_migrations", "_minimum_reader", "_answers", "_feed",
                                 "_consumers", "_cursors"});
}
bool is_left_out(std::string_view table, std::string_view column) {
    if (column == "position" || column == "passing") return true;
    if (column == "source_event") return table == "stats_log";
    return column == "id" && ends_with_any(table, {"_outbox", "_log", "_exceptions"});
}
bool is_chance(std::string_view column) {
    return column == "visitor" || column == "trace" || column == "password_hash" ||
           column == "secret" || ends_with_any(column, {"_at", "session", "session_id", "until"}) ||
           column == "at";
}

}  // namespace

databases::databases(const std::filesystem::path& data) {
    for (const auto& module : known_modules())
        open_[module] = std::make_unique<sqlite::connection>(
            data / (database_of(data, module) + ".db"), sqlite::open_mode::reader);
}

std::int64_t databases::number(const std::string& module, const std::string& sql) {
    auto row = of(module).query(sql);
    return row.step() ? row.integer(0) : 0;
}

bool databases::have_settled(std::optional<std::int64_t> views) {
    if (views && number("stats", "SELECT views FROM stats_totals") != *views) return false;
    return std::ranges::all_of(followers, [&](const auto& entry) {
        const auto& publisher = entry.first;
        const auto head = number(publisher, "SELECT max(id) FROM " + publisher + "_outbox");
        return std::ranges::all_of(entry.second, [&](const std::string& who) {
            return number(who, "SELECT position FROM " + who + "_cursors WHERE feed = '" +
                                   publisher + "'") >= head;
        });
    });
}

void databases::learn_names() {
    accounts_.clear();
    articles_.clear();
    comments_.clear();
    auto users = of("users").query("SELECT id, username FROM users_users");
    while (users.step()) accounts_[users.integer(0)] = users.text(1);
    auto posts = of("posts").query(
        "SELECT id, author_id, row_number() OVER (PARTITION BY author_id ORDER BY id) "
        "FROM posts_articles");
    while (posts.step())
        articles_[posts.integer(0)] =
            accounts_[posts.integer(1)] + "'s " + std::to_string(posts.integer(2));
    auto said =
        of("comments")
            .query(
                "SELECT id, article_id, row_number() OVER (PARTITION BY article_id ORDER BY id) "
                "FROM comments_comments");
    while (said.step())
        comments_[said.integer(0)] =
            articles_[said.integer(1)] + ", comment " + std::to_string(said.integer(2));
}

// An id by whom or what it names; of what is gone, as it is.
std::string databases::shown(const std::string& table, const std::string& column,
                             const sqlite::statement& row, int at) const {
    if (row.is_null(at)) return "null";
    std::string text(row.text(at));
    if (is_chance(column)) return text == "0" ? text : "CHANCE";
    const auto named = [&](const names& known) {
        const auto found = known.find(row.integer(at));
        return found == known.end() ? text : found->second;
    };
    const bool id = column == "id" || column == "key";
    if (ends_with_any(column, {"user_id", "author_id", "actor_id", "follower_id", "followed_id"}) ||
        (id && ends_with_any(table, {"_users", "_authors", "_actors"})))
        return named(accounts_);
    if (column == "article_id" || (id && ends_with_any(table, {"_articles"})))
        return named(articles_);
    if (column == "comment_id" || (id && ends_with_any(table, {"_comments"})))
        return named(comments_);
    return text;
}

void databases::dump_table(sqlite::connection& db, const std::string& table, normaliser& normal,
                           std::vector<std::string>& out) {
    std::vector<std::string> columns;
    const std::string named = "SELECT name FROM pragma_table_info('" + table + "')";
    auto info = db.query(named);
    while (info.step()) columns.emplace_back(info.text(0));
    // Of an event that passes nobody can say how many there are: it tells of a second.
    const bool tells = std::ranges::count(columns, "kind") > 0;
    const std::string all =
        "SELECT * FROM " + table +
        (tells ? " WHERE kind NOT IN ('views_counted', 'posts.views_counted')" : "");
    static const std::regex large(R"(-?\b\d{10,}\b)");
    auto row = db.query(all);
    while (row.step()) {
        std::string line = table + ":";
        for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
            const auto& column = columns[static_cast<std::size_t>(i)];
            if (is_left_out(table, column)) continue;
            line += " " + column + "=" + shown(table, column, row, i);
        }
        out.push_back(std::regex_replace(normal.text(std::move(line)), large, "LARGE"));
    }
}

std::vector<std::string> databases::dump(normaliser& normal) {
    learn_names();
    std::vector<std::string> out;
    for (const auto& [module, db] : open_) {
        std::vector<std::string> tables;
        auto found = db->query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
        while (found.step())
            if (!is_left_out(found.text(0)) && found.text(0).starts_with(module + "_"))
                tables.emplace_back(found.text(0));
        for (const auto& table : tables) dump_table(*db, table, normal, out);
    }
    std::ranges::sort(out);
    return out;
}

}  // namespace cleave::test
