#include <sqlite3.h>

#include <cerrno>
#include <sqlite/failure.hpp>

namespace cleave::sqlite {

namespace {

// Of the last write to it that failed. sqlite3_system_errno() is not told of a COMMIT's.
int last_errno_of_wal(sqlite3* db) {
    sqlite3_file* wal = nullptr;
    int why = 0;
    if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&wal)) !=
            SQLITE_OK ||
        wal == nullptr || wal->pMethods == nullptr ||
        wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO, &why) != SQLITE_OK)
        return 0;
    return why;
}

}  // namespace

// Only a checkpoint writes to the database itself, and no statement makes one.
int failure_code(sqlite3* db, int code) {
    if (code != SQLITE_IOERR_WRITE) return code;
    const int why = last_errno_of_wal(db);
    return why == EDQUOT || why == EFBIG ? SQLITE_FULL : code;
}

}  // namespace cleave::sqlite
