// A library to be preloaded into the real binary, for `cleave compare deploy` and for tests: a
// release that starts, takes over and says that it is ready, and from then on fails whatever it is
// asked, since its database can be neither read nor written. Transactions begin and end as always,
// so nothing else breaks.
//
// With FAILING_ANSWERS_TABLES=posts_ and FAILING_ANSWERS_SWITCH=FILE it is one module's data that
// fails, in whichever process that is, from when the file is there.
#include <dlfcn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::atomic<bool> is_ready = false;

template <class F>
F real(const char* name) {
    return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

// As a process tells `cleave up`.
void look_at(const void* data, std::size_t size) {
    if (std::string_view(static_cast<const char*>(data), size) == "ready\n") is_ready = true;
}

bool touches_data(std::string_view sql) {
    for (const std::string_view word : {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"})
        if (sql.starts_with(word)) return true;
    return false;
}

// A table of that name is read or written: " posts_".
bool touches_tables(std::string_view sql, const std::string& which) {
    return sql.find(" " + which) != sql.npos;
}

bool should_fail(const char* sql) {
    static const char* const tables = std::getenv("FAILING_ANSWERS_TABLES");
    static const char* const file = std::getenv("FAILING_ANSWERS_SWITCH");
    if (tables == nullptr || file == nullptr) return is_ready && sql && touches_data(sql);
    return sql && touches_data(sql) && touches_tables(sql, tables) && ::access(file, F_OK) == 0;
}

constexpr int sqlite_error = 1;  // SQLITE_ERROR

}  // namespace

// What the program calls instead of the C library's and SQLite's.
extern "C" {
ssize_t watched_send(int fd, const void* data, std::size_t size, int flags) asm("send");
ssize_t watched_sendmsg(int fd, const msghdr* what, int flags) asm("sendmsg");
int failing_step(void* statement) asm("sqlite3_step");
}

ssize_t watched_send(int fd, const void* data, std::size_t size, int flags) {
    look_at(data, size);
    return real<decltype(&::send)>("send")(fd, data, size, flags);
}

ssize_t watched_sendmsg(int fd, const msghdr* what, int flags) {
    if (what->msg_iovlen == 1) look_at(what->msg_iov->iov_base, what->msg_iov->iov_len);
    return real<decltype(&::sendmsg)>("sendmsg")(fd, what, flags);
}

int failing_step(void* statement) {
    static const auto step = real<int (*)(void*)>("sqlite3_step");
    static const auto text = real<const char* (*)(void*)>("sqlite3_sql");
    return should_fail(text(statement)) ? sqlite_error : step(statement);
}
