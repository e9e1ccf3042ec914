#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <base/unique_fd.hpp>
#include <cerrno>
#include <memory>
#include <sqlite/connection.hpp>
#include <sqlite/copy.hpp>
#include <sqlite/files.hpp>
#include <system_error>

namespace cleave::sqlite {

namespace {

constexpr int pages_a_step = 256;
constexpr std::size_t problems_max = 20;

struct closer {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using handle = std::unique_ptr<sqlite3, closer>;

handle open_plain(const std::string& name, int flags) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &opened, flags | SQLITE_OPEN_EXRESCODE, nullptr);
    handle out(opened);
    if (code != SQLITE_OK)
        throw error(code, fmt::format("cannot open {}: {}", name, sqlite3_errstr(code)));
    return out;
}

void sync_file(const std::filesystem::path& file) {
    const unique_fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0)
        throw std::system_error(errno, std::generic_category(), file.string());
}

// A file name as a URI: what means something there is escaped.
std::string immutable_uri(const std::filesystem::path& file) {
    std::string out = "file:";
    for (const char c : std::filesystem::absolute(file).string()) {
        if (c == '%' || c == '?' || c == '#')
            out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + "?immutable=1";
}

// Throws error where the text of a statement cannot be had, as with a file that is no database.
void collect(sqlite3* db, const char* sql, std::string_view prefix,
             std::vector<std::string>& into) {
    sqlite3_stmt* made = nullptr;
    if (const int code = sqlite3_prepare_v2(db, sql, -1, &made, nullptr); code != SQLITE_OK)
        throw error(code, sqlite3_errmsg(db));
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> rows(made, sqlite3_finalize);
    int code = SQLITE_ROW;
    while (into.size() < problems_max && (code = sqlite3_step(made)) == SQLITE_ROW) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(made, 0));
        const std::string found = text ? text : "";
        if (found != "ok") into.push_back(std::string(prefix) + found);
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) throw error(code, sqlite3_errmsg(db));
}

}  // namespace

void copy_database(const std::filesystem::path& from, const std::filesystem::path& to,
                   const copy_progress& progress) {
    connection source(from, open_mode::reader);
    // The snapshot is held for the whole copy: without it, a commit meanwhile would start it over.
    source.run_script("BEGIN; SELECT count(*) FROM sqlite_schema;");
    make_private_file(to);
    auto target = open_plain(to.string(), SQLITE_OPEN_READWRITE);
    sqlite3_backup* begun = sqlite3_backup_init(target.get(), "main", source.handle(), "main");
    if (!begun) throw error(sqlite3_errcode(target.get()), sqlite3_errmsg(target.get()));
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(begun, pages_a_step);
        const auto all = static_cast<std::uint64_t>(sqlite3_backup_pagecount(begun));
        progress(all - static_cast<std::uint64_t>(sqlite3_backup_remaining(begun)), all);
    }
    sqlite3_backup_finish(begun);
    if (code != SQLITE_DONE)
        throw error(code, fmt::format("cannot copy {}: {}", from.string(), sqlite3_errstr(code)));
    target.reset();
    source.run_script("COMMIT;");
    sync_file(to);
    sync_directory(std::filesystem::absolute(to).parent_path());
}

std::vector<std::string> integrity_problems(const std::filesystem::path& file) {
    std::vector<std::string> found;
    try {
        const auto db = open_plain(immutable_uri(file), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
        collect(db.get(), "PRAGMA integrity_check", "", found);
        collect(db.get(), "PRAGMA foreign_key_check", "a row without its parent in ", found);
    } catch (const error& e) {
        found.emplace_back(e.what());
    }
    return found;
}

}  // namespace cleave::sqlite
