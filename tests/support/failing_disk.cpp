// A library to be preloaded into the real binary, for tests: the disk under its databases is full,
// or does not keep what it is told to, while the file that FAILING_DISK_FAULTS names says so
// ("full", "fsync"; "fsync comments" for one module's database alone). Everything else of the
// process goes on as always.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

template <class F>
F real(const char* name) {
    return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

// A database and what belongs to it: of the module, or where none is named, of any.
bool is_store(int fd, std::string_view module) {
    char entry[64], target[4096];
    std::snprintf(entry, sizeof entry, "/proc/self/fd/%d", fd);
    const ssize_t n = ::readlink(entry, target, sizeof target);
    std::string_view name(target, n > 0 ? static_cast<std::size_t>(n) : 0);
    name.remove_prefix(name.rfind('/') + 1);
    const auto dot = name.find(".db");
    return dot != std::string_view::npos && (module.empty() || module == name.substr(0, dot));
}

bool is_told(std::string_view fault, int fd) {
    const char* const told = std::getenv("FAILING_DISK_FAULTS");
    if (!told) return false;
    const int from = ::open(told, O_RDONLY | O_CLOEXEC);
    if (from < 0) return false;
    char text[64] = {};
    const ssize_t n = ::read(from, text, sizeof text);
    ::close(from);
    const std::string_view said(text, n > 0 ? static_cast<std::size_t>(n) : 0);
    const auto space = said.find(' ');
    if (said.substr(0, space) != fault) return false;
    return is_store(fd,
                    space == std::string_view::npos ? std::string_view() : said.substr(space + 1));
}

template <class Sync>
int sync_file(const char* name, int fd) {
    if (!is_told("fsync", fd)) return real<Sync>(name)(fd);
    errno = EIO;
    return -1;
}

}  // namespace

// What the program calls instead of the C library's. Their C++ names differ, so that nothing here
// is a second definition of what unistd.h declares.
extern "C" {
ssize_t failing_pwrite(int fd, const void* data, std::size_t size, off_t at) asm("pwrite");
ssize_t failing_pwrite64(int fd, const void* data, std::size_t size, off64_t at) asm("pwrite64");
int failing_fsync(int fd) asm("fsync");
int failing_fdatasync(int fd) asm("fdatasync");
}

ssize_t failing_pwrite(int fd, const void* data, std::size_t size, off_t at) {
    if (!is_told("full", fd)) return real<decltype(&::pwrite)>("pwrite")(fd, data, size, at);
    errno = ENOSPC;
    return -1;
}

ssize_t failing_pwrite64(int fd, const void* data, std::size_t size, off64_t at) {
    if (!is_told("full", fd)) return real<decltype(&::pwrite64)>("pwrite64")(fd, data, size, at);
    errno = ENOSPC;
    return -1;
}

int failing_fsync(int fd) {
    return sync_file<decltype(&::fsync)>("fsync", fd);
}

int failing_fdatasync(int fd) {
    return sync_file<decltype(&::fdatasync)>("fdatasync", fd);
}
