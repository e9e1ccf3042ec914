#pragma once
// A SQLite connection and its statements. Nothing outside src/sqlite sees sqlite3.h.
//
// Failures of the database itself (full disk, I/O, corruption, a bug in the SQL) are thrown as
// sqlite::error; a constraint that a caller may run into is asked for beforehand or read from
// error::is_unique_violation().
#include <base/clock.hpp>
#include <base/encoding.hpp>
#include <base/trace.hpp>
#include <boost/describe.hpp>
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
    bool is_io() const;                // SQLITE_IOERR of any kind; of a COMMIT: outcome unknown
    bool is_sync_failure() const;      // fsync failed: the kernel may have dropped what was written
    bool is_busy() const;              // another connection holds a lock
    bool is_read_only() const;         // the file, its directory or its file system
    bool is_damaged() const;           // no database, or not any more

private:
    int code_;
};

struct prepared;  // A compiled statement and where it goes when it is free again.

// A prepared statement in use. Reset when it goes out of scope, which is before its connection
// does; the same SQL may be in use more than once, as nested loops want.
//
//     auto q = db.query("SELECT id, title FROM posts_articles WHERE slug = ?1", slug);
//     while (q.step()) use(q.integer(0), q.text(1));
class statement {
public:
    statement(statement&& other) noexcept;
    ~statement();

    bool step();  // true: there is a row; false, and false from then on: there is none

    // NULL reads as 0, as empty text and as an empty blob.
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string_view text(int column) const;  // valid until the next step()
    bytes_view blob(int column) const;        // so is this
    bool is_null(int column) const;
    std::optional<std::string> optional_text(int column) const;
    timestamp time(int column) const { return {integer(column)}; }

private:
    friend class connection;
    explicit statement(prepared& use);
    void check_bound(int count) const;  // throws where the SQL has more or fewer parameters
    void bind(int index, std::int64_t value);
    void bind(int index, double value);
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

    prepared* use_;
    sqlite3_stmt* handle_;
    bool done_ = false;
};

namespace detail {
// A temporary of such a type would be gone before the statement that refers to its bytes.
template <class T>
inline constexpr bool owns_bytes = std::same_as<T, std::string> || std::same_as<T, bytes>;
template <class T>
inline constexpr bool owns_bytes<std::optional<T>> = owns_bytes<T>;
template <class T>
inline constexpr bool owns_bytes<const T> = owns_bytes<T>;
}  // namespace detail

enum class open_mode { owner, reader };

// What a commit waits for (https://sqlite.org/pragma.html#pragma_synchronous).
enum class durability {
    full,    // its pages are on the disk
    normal,  // nothing: a checkpoint does. A power failure takes the last commits, and no more
    off,     // nothing at all: a power failure may damage the database
};
BOOST_DESCRIBE_ENUM(durability, full, normal, off)

class connection {
public:
    // Opens with WAL, synchronous=FULL, autocheckpoint off (the writer checkpoints), foreign keys
    // on, secure_delete off, a 64 MiB page cache limit, mmap, no mutex; text is quoted as 'text'
    // only. A reader is read-only (query_only too) and never checkpoints.
    // vfs: the name of a registered VFS; the default one without.
    // Throws sqlite::error.
    connection(const std::filesystem::path& file, open_mode mode, const char* vfs = nullptr);
    ~connection();
    connection(const connection&) = delete;

    // A cached statement with ?1, ?2 … bound; as many arguments as it has parameters. The SQL
    // should be a literal or live as long: its address is the key of the cache's fast path, its
    // text that of the slow one. Text and blob arguments must outlive the statement (they are not
    // copied), so temporaries that own their bytes do not compile.
    template <class... Args>
    statement query(std::string_view sql, Args&&... args) {
        static_assert(!(detail::owns_bytes<Args> || ...),
                      "the statement refers to this temporary's bytes: give the value a name");
        return bound(sql, args...);
    }
    // Runs to the end; returns the rows changed, where it is an INSERT, UPDATE or DELETE.
    template <class... Args>
    std::int64_t run(std::string_view sql, const Args&... args) {
        statement s = bound(sql, args...);
        while (s.step()) {
        }
        return changes();
    }
    // Any number of statements without parameters, not cached (migrations).
    void run_script(const std::string& sql);

    std::int64_t changes() const;        // by the last INSERT, UPDATE or DELETE
    std::int64_t total_changes() const;  // by all of them, those undone since included
    std::int64_t last_insert_rowid() const;
    bool in_transaction() const;  // sqlite3_get_autocommit() == 0

    // Of an owner: durability::full, unless it is said otherwise.
    void set_durability(durability how);

    // Statements running longer than this throw an error that is_interrupted(); so does waiting
    // for a lock, with is_busy(). Looked at every thousand steps of SQLite's machine.
    void set_deadline(steady_time at);

    // Of the request that the write job which runs now is for.
    void set_trace(const trace_context& of) { trace_ = of; }
    const trace_context& trace() const { return trace_; }

    sqlite3* handle() const { return handle_.get(); }  // for src/sqlite

private:
    template <class... Args>
    statement bound(std::string_view sql, const Args&... args) {
        statement s = prepare(sql);
        int index = 0;
        (s.bind(++index, args), ...);
        s.check_bound(index);
        return s;
    }
    statement prepare(std::string_view sql);
    void configure(open_mode mode);
    bool wait_for_lock(int waits) const;

    struct closer {
        void operator()(sqlite3* handle) const;
    };
    struct cache;
    std::unique_ptr<sqlite3, closer> handle_;
    std::unique_ptr<cache> cache_;
    steady_time deadline_ = steady_time::max();
    trace_context trace_{};
};

}  // namespace cleave::sqlite
