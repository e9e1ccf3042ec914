#pragma once
// A SQLite connection and its statements. Nothing outside src/sqlite sees sqlite3.h.
//
// Failures of the database itself (full disk, I/O, corruption, a bug in the SQL) are thrown as
// sqlite::error; a constraint that a caller may run into is asked for beforehand or read from
// error::is_unique_violation().
#include <base/clock.hpp>
#include <base/encoding.hpp>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

struct sqlite3;
struct sqlite3_stmt;

namespace cleave::sqlite {

class error : public std::runtime_error {
public:
    error(int extended_code, const std::string& message)
        : std::runtime_error(message), code_(extended_code) {}
    int extended_code() const { return code_; }
    bool is_full() const;              // SQLITE_FULL: no space left
    bool is_unique_violation() const;  // UNIQUE or PRIMARY KEY
    bool is_interrupted() const;       // a deadline passed
    bool is_io() const;                // SQLITE_IOERR of any kind: outcomes are unknown
    bool is_busy() const;

private:
    int code_;
};

// A prepared statement in use. Reset when it goes out of scope; one use at a time.
//
//     auto q = db.query("SELECT id, title FROM posts_articles WHERE slug = ?1", slug);
//     while (q.step()) use(q.integer(0), q.text(1));
class statement {
public:
    statement(statement&&) noexcept;
    ~statement();

    bool step();  // true: there is a row

    std::int64_t integer(int column) const;
    std::string_view text(int column) const;  // valid until the next step()
    bytes_view blob(int column) const;
    bool is_null(int column) const;
    std::optional<std::string> optional_text(int column) const;
    timestamp time(int column) const { return {integer(column)}; }

private:
    friend class connection;
    explicit statement(sqlite3_stmt* handle) : handle_(handle) {}
    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view value);
    void bind(int index, bytes_view value);
    void bind(int index, std::nullptr_t);
    void bind(int index, timestamp value) { bind(index, value.unix_ms); }
    template <std::integral T>
    void bind(int index, T value) {
        bind(index, static_cast<std::int64_t>(value));
    }
    template <class T>
    void bind(int index, const std::optional<T>& value) {
        value ? bind(index, *value) : bind(index, nullptr);
    }
    void bind(int index, const char* value) { bind(index, std::string_view(value)); }
    void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }

    sqlite3_stmt* handle_;
};

enum class open_mode { owner, reader };

class connection {
public:
    // Opens with WAL, synchronous=FULL, autocheckpoint off (the writer checkpoints), foreign keys
    // on, secure_delete off, a 64 MiB page cache limit, mmap, no mutex.
    // A reader is read-only (query_only too).
    connection(const std::filesystem::path& file, open_mode mode);
    ~connection();
    connection(const connection&) = delete;

    // A cached statement with ?1, ?2 … bound. The SQL must be a literal: its address is the key of
    // the cache's fast path, its text that of the slow one. Text and blob arguments must outlive
    // the statement (they are not copied).
    template <class... Args>
    statement query(std::string_view sql, const Args&... args) {
        statement s = prepare(sql);
        int index = 0;
        (s.bind(++index, args), ...);
        return s;
    }
    // Runs to the end; returns the rows changed.
    template <class... Args>
    std::int64_t run(std::string_view sql, const Args&... args) {
        statement s = query(sql, args...);
        while (s.step()) {}
        return changes();
    }
    // Any number of statements without parameters, not cached (migrations).
    void run_script(const std::string& sql);

    std::int64_t changes() const;
    std::int64_t last_insert_rowid() const;
    bool in_transaction() const;  // sqlite3_get_autocommit() == 0

    // Statements running longer than this throw an error that is_interrupted().
    void set_deadline(steady_time at);

    sqlite3* handle() const { return handle_; }  // for src/sqlite

private:
    statement prepare(std::string_view sql);

    struct cache;
    sqlite3* handle_ = nullptr;
    std::unique_ptr<cache> cache_;
    steady_time deadline_ = steady_time::max();
};

}  // namespace cleave::sqlite
