#pragma once
// Compiled statements of one connection, by their SQL. For src/sqlite only.
#include <array>
#include <cstddef>
#include <memory>
#include <sqlite/connection.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cleave::sqlite {

struct cached_sql;

struct prepared {
    sqlite3_stmt* handle = nullptr;
    int parameters = 0;
    cached_sql* home = nullptr;  // none: finalised after its use
    prepared* next_free = nullptr;
};

// One SQL text: the compiled statements that nobody uses just now. It starts with one and gets
// more when a use begins inside another.
struct cached_sql {
    explicit cached_sql(std::string_view sql) : text(sql) {}
    ~cached_sql();
    cached_sql(const cached_sql&) = delete;

    std::string text;
    prepared* free = nullptr;
};

class statement_cache {
public:
    explicit statement_cache(sqlite3* db) : db_(db) {}
    statement_cache(const statement_cache&) = delete;

    // Compiled and free; give_back() ends the use. Throws sqlite::error where the SQL is wrong,
    // empty, or more than one statement.
    prepared& take(std::string_view sql);
    static void give_back(prepared& used) noexcept;

private:
    static constexpr std::size_t texts_max = 1'000;  // beyond it, statements are not kept
    static constexpr std::size_t shortcuts = 512;    // a power of two

    cached_sql* find(std::string_view sql);  // null: there are too many already
    std::unique_ptr<prepared> compile(std::string_view sql, bool keep);

    // A literal has one address, so most look-ups end at its slot. The text is compared all the
    // same: where the bytes at an address have changed, the slow path finds the right statement.
    struct shortcut {
        const char* address = nullptr;
        cached_sql* found = nullptr;
    };

    sqlite3* db_;
    std::array<shortcut, shortcuts> by_address_{};
    std::unordered_map<std::string_view, std::unique_ptr<cached_sql>> by_text_;  // keys: their text
};

}  // namespace cleave::sqlite
