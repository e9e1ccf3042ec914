#include <fmt/format.h>
#include <sqlite3.h>

#include <mutex>
#include <sqlite/connection.hpp>
#include <sqlite/failure.hpp>
#include <sqlite/statement_cache.hpp>
#include <thread>

namespace cleave::sqlite {

namespace {

constexpr int busy_waits_max = 5'000;  // of a millisecond each
constexpr int steps_between_looks_at_the_clock = 1'000;

// Memory statistics cost a global mutex an allocation. This must come before anything else that
// touches SQLite; where something did come first, the statistics stay on and nothing is lost.
void configure_library_once() {
    static std::once_flag once;
    std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

}  // namespace

bool error::is_full() const {
    return (code_ & 0xff) == SQLITE_FULL;
}
bool error::is_unique_violation() const {
    return code_ == SQLITE_CONSTRAINT_UNIQUE || code_ == SQLITE_CONSTRAINT_PRIMARYKEY ||
           code_ == SQLITE_CONSTRAINT_ROWID;
}
bool error::is_interrupted() const {
    return (code_ & 0xff) == SQLITE_INTERRUPT;
}
bool error::is_io() const {
    return (code_ & 0xff) == SQLITE_IOERR;
}
bool error::is_sync_failure() const {
    return code_ == SQLITE_IOERR_FSYNC || code_ == SQLITE_IOERR_DIR_FSYNC;
}
bool error::is_busy() const {
    return (code_ & 0xff) == SQLITE_BUSY;
}
bool error::is_read_only() const {
    return (code_ & 0xff) == SQLITE_READONLY;
}
bool error::is_damaged() const {
    return (code_ & 0xff) == SQLITE_CORRUPT || (code_ & 0xff) == SQLITE_NOTADB;
}

namespace {

// For the person who starts the program: which file, and what to do.
std::string explain(const std::filesystem::path& file, const error& cause) {
    std::string_view advice;
    if (cause.is_damaged())
        advice = "; it is damaged, or no database: put it aside and restore a backup";
    else if (cause.is_full())
        advice = "; make room on the disk";
    else if (cause.is_read_only())
        advice = "; it must be writable for whoever runs cleave";
    return fmt::format("{}: {}{}", file.string(), cause.what(), advice);
}

}  // namespace

struct connection::cache : statement_cache {
    using statement_cache::statement_cache;
};

// All statements are finalised by now, so this cannot be refused.
void connection::closer::operator()(sqlite3* handle) const {
    sqlite3_close(handle);
}

connection::connection(const std::filesystem::path& file, open_mode mode, const char* vfs) {
    configure_library_once();
    const int access = mode == open_mode::owner ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                : SQLITE_OPEN_READONLY;
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened,
                                     access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
    handle_.reset(opened);  // There is a handle to close even where opening failed.
    if (code != SQLITE_OK)
        throw error(code, fmt::format("cannot open {}: {}", file.string(), sqlite3_errstr(code)));
    cache_ = std::make_unique<cache>(opened);
    sqlite3_busy_handler(
        opened,
        [](void* self, int waits) -> int {
            return static_cast<connection*>(self)->wait_for_lock(waits);
        },
        this);
    try {
        configure(mode);
        // SQLite opens for reading what it may not write, and says so at the first write only.
        if (mode == open_mode::owner && sqlite3_db_readonly(opened, "main") == 1)
            throw error(SQLITE_READONLY, "cannot be written");
    } catch (const error& e) {
        throw error(e.extended_code(), explain(file, e));
    }
}

connection::~connection() = default;

// Throws sqlite::error; also where the file system cannot do WAL.
void connection::configure(open_mode mode) {
    sqlite3_db_config(handle(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle(), SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    // What is mapped needs no room in the cache; that holds what was written or lies in the WAL. A
    // process has a dozen connections and more, so each gets little.
    run_script(
        "PRAGMA cache_size = -4096;"
        "PRAGMA mmap_size = 1073741824;"
        "PRAGMA temp_store = MEMORY;"
        "PRAGMA foreign_keys = ON;");
    if (mode == open_mode::reader) {
        // One connection does all checkpointing: two at once can lose pages before SQLite 3.51.3.
        sqlite3_db_config(handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        run_script("PRAGMA query_only = ON;");
        return;
    }
    run_script(
        "PRAGMA synchronous = FULL;"
        "PRAGMA secure_delete = OFF;"
        "PRAGMA wal_autocheckpoint = 0;"
        "PRAGMA journal_size_limit = 67108864;");  // a WAL that had to grow further is cut again
    auto journal = query("PRAGMA journal_mode = WAL");
    if (!journal.step() || journal.text(0) != "wal")
        throw error(SQLITE_CANTOPEN, "the database cannot be put into WAL mode");
}

void connection::set_durability(durability how) {
    run_script(how == durability::full     ? "PRAGMA synchronous = FULL;"
               : how == durability::normal ? "PRAGMA synchronous = NORMAL;"
                                           : "PRAGMA synchronous = OFF;");
}

statement connection::prepare(std::string_view sql) {
    return statement(cache_->take(sql));
}

void connection::run_script(const std::string& sql) {
    const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw error(failure_code(handle(), code), sqlite3_errmsg(handle()));
}

std::int64_t connection::changes() const {
    return sqlite3_changes64(handle());
}

std::int64_t connection::total_changes() const {
    return sqlite3_total_changes64(handle());
}

std::int64_t connection::last_insert_rowid() const {
    return sqlite3_last_insert_rowid(handle());
}

bool connection::in_transaction() const {
    return sqlite3_get_autocommit(handle()) == 0;
}

void connection::set_deadline(steady_time at) {
    deadline_ = at;
    if (at == steady_time::max()) {
        sqlite3_progress_handler(handle(), 0, nullptr, nullptr);
        return;
    }
    sqlite3_progress_handler(
        handle(), steps_between_looks_at_the_clock,
        [](void* self) -> int {
            return std::chrono::steady_clock::now() >= static_cast<connection*>(self)->deadline_;
        },
        this);
}

// Between two connections of one process a lock is held for microseconds, as readers never block
// the writer; a tool from outside may hold one for longer.
bool connection::wait_for_lock(int waits) const {
    if (waits >= busy_waits_max || std::chrono::steady_clock::now() >= deadline_) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return true;
}

}  // namespace cleave::sqlite
