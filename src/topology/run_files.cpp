#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>
#include <topology/run_files.hpp>
#include <topology/topology.hpp>

namespace cleave::topology {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void throw_errno(const fs::path& file) {
    throw std::system_error(errno, std::generic_category(), file.string());
}

void write_all(int fd, std::string_view text, const fs::path& file) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_errno(file);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

// A file can be replaced between opening and locking it: the lock counts only on the one that has
// the name.
bool is_the_file(int fd, const fs::path& file) {
    struct stat open_one{}, named_one{};
    return ::fstat(fd, &open_one) == 0 && ::stat(file.c_str(), &named_one) == 0 &&
           open_one.st_ino == named_one.st_ino && open_one.st_dev == named_one.st_dev;
}

// Between taking the lock and writing its pid the holder has no name yet, or still goes by that of
// one that was killed: wait for the moment that this takes.
std::string holder_of(int fd) {
    for (int tries = 0; tries < 200; ++tries) {
        char text[32];
        const auto size = ::pread(fd, text, sizeof text, 0);
        pid_t pid = 0;
        if (size > 0) std::from_chars(text, text + size, pid);
        if (pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM)) return std::to_string(pid);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return "unknown";
}

fs::path short_enough(fs::path path) {
    if (const auto size = path.native().size(); size >= sizeof(sockaddr_un::sun_path))
        throw config_error(
            fmt::format("{} has {} bytes, and the path of a Unix socket at most {}: choose a data "
                        "directory that is less deep",
                        path.string(), size, sizeof(sockaddr_un::sun_path) - 1));
    return path;
}

}  // namespace

fs::path run_directory(const fs::path& data) {
    return data / "run";
}

fs::path make_run_directory(const fs::path& data) {
    fs::create_directories(data);
    auto run = run_directory(data);
    if (::mkdir(run.c_str(), 0700) != 0 && errno != EEXIST) throw_errno(run);
    if (::chmod(run.c_str(), 0700) != 0) throw_errno(run);
    return run;
}

fs::path socket_path(const fs::path& data, std::string_view name) {
    return short_enough(run_directory(data) / fmt::format("{}.sock", name));
}

fs::path calls_path(const fs::path& data, std::string_view instance) {
    return short_enough(run_directory(data) / fmt::format("{}.calls", instance));
}

void write_atomically(const fs::path& file, std::string_view text) {
    auto fresh = file;
    fresh += ".new";
    const unique_fd out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!out) throw_errno(fresh);
    write_all(out.get(), text, fresh);
    fs::rename(fresh, file);
}

up_lock::up_lock(const fs::path& data) : file_(make_run_directory(data) / "up.lock") {
    for (;;) {
        fd_.reset(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        if (!fd_) throw_errno(file_);
        if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK) throw_errno(file_);
            throw config_error(
                fmt::format("`cleave up` already runs on {} (pid {}): stop it first, or choose "
                            "another directory with --data",
                            data.string(), holder_of(fd_.get())));
        }
        if (is_the_file(fd_.get(), file_)) break;
    }
    if (::ftruncate(fd_.get(), 0) != 0) throw_errno(file_);
    write_all(fd_.get(), fmt::format("{}\n", ::getpid()), file_);
}

up_lock::~up_lock() {
    // While it is still held: whoever opened the file meanwhile sees that it lost its name.
    if (fd_) ::unlink(file_.c_str());
}

}  // namespace cleave::topology
