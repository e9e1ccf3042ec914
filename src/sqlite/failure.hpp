#pragma once
// What a failed call of SQLite was.

struct sqlite3;

namespace cleave::sqlite {

// Right after the call that returned `code`. SQLite calls a disk full where a write fails with
// ENOSPC. Where it fails of a quota (EDQUOT), or of a limit of file sizes (EFBIG, setrlimit(2)),
// there is no room either, and the same holds: what did not fit was not written. These are
// SQLITE_FULL too, instead of SQLITE_IOERR_WRITE.
int failure_code(sqlite3* db, int code);

}  // namespace cleave::sqlite
