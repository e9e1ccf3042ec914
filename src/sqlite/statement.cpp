#include <fmt/format.h>
#include <sqlite3.h>

#include <sqlite/connection.hpp>
#include <sqlite/failure.hpp>
#include <sqlite/statement_cache.hpp>
#include <utility>

namespace cleave::sqlite {

namespace {

// The message names the SQL and SQLite's reason, never a bound value: it goes to the log.
[[noreturn]] void raise(sqlite3_stmt* handle, int code) {
    sqlite3* const db = sqlite3_db_handle(handle);
    const int what = failure_code(db, code);
    const char* const why = what == code ? sqlite3_errmsg(db) : sqlite3_errstr(what);
    throw error(what, fmt::format("{} in: {}", why, sqlite3_sql(handle)));
}

void check(sqlite3_stmt* handle, int code) {
    if (code != SQLITE_OK) raise(handle, code);
}

}  // namespace

statement::statement(prepared& use) : use_(&use), handle_(use.handle) {
}

statement::statement(statement&& other) noexcept
    : use_(std::exchange(other.use_, nullptr)), handle_(other.handle_), done_(other.done_) {
}

statement::~statement() {
    if (use_) statement_cache::give_back(*use_);
}

// One more sqlite3_step() after the last row would run the statement again.
bool statement::step() {
    if (done_) return false;
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    done_ = true;
    if (code != SQLITE_DONE) raise(handle_, code);
    return false;
}

std::int64_t statement::integer(int column) const {
    return sqlite3_column_int64(handle_, column);
}

double statement::real(int column) const {
    return sqlite3_column_double(handle_, column);
}

std::string_view statement::text(int column) const {
    const auto* const data = sqlite3_column_text(handle_, column);
    if (!data) return {};
    return {reinterpret_cast<const char*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

bytes_view statement::blob(int column) const {
    const auto* const data = sqlite3_column_blob(handle_, column);
    if (!data) return {};
    return {static_cast<const std::uint8_t*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

bool statement::is_null(int column) const {
    return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::optional<std::string> statement::optional_text(int column) const {
    if (is_null(column)) return std::nullopt;
    return std::string(text(column));
}

// A parameter left unbound would keep what the statement's last user bound.
void statement::check_bound(int count) const {
    if (count != use_->parameters)
        throw error(SQLITE_MISUSE, fmt::format("{} values for {} parameters in: {}", count,
                                               use_->parameters, sqlite3_sql(handle_)));
}

void statement::bind(int index, std::int64_t value) {
    check(handle_, sqlite3_bind_int64(handle_, index, value));
}

void statement::bind(int index, double value) {
    check(handle_, sqlite3_bind_double(handle_, index, value));
}

// A null address would bind NULL instead of an empty text.
void statement::bind(int index, std::string_view value) {
    const char* const data = value.data() ? value.data() : "";
    check(handle_,
          sqlite3_bind_text64(handle_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void statement::bind(int index, bytes_view value) {
    const void* const data = value.data() ? static_cast<const void*>(value.data()) : "";
    check(handle_, sqlite3_bind_blob64(handle_, index, data, value.size(), SQLITE_STATIC));
}

void statement::bind(int index, std::nullptr_t) {
    check(handle_, sqlite3_bind_null(handle_, index));
}

}  // namespace cleave::sqlite
