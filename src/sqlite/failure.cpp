#include <sqlite3.h>

#include <cerrno>
#include <sqlite/failure.hpp>

namespace cleave::sqlite {

int failure_code(sqlite3* db, int code) {
    if (code != SQLITE_IOERR_WRITE) return code;
    const int why = sqlite3_system_errno(db);
    return why == EDQUOT || why == EFBIG ? SQLITE_FULL : code;
}

}  // namespace cleave::sqlite
