#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <sqlite/files.hpp>
#include <sqlite/owner_lock.hpp>
#include <system_error>
#include <thread>

namespace cleave::sqlite {

namespace {

// "<pid> <epoch>", filled with spaces, and a newline: always as long, so that writing it anew
// changes one sector of the file and never its size.
constexpr std::size_t record_bytes = 32;

struct record {
    pid_t pid = 0;
    std::uint64_t epoch = 0;
};

[[noreturn]] void raise(const std::filesystem::path& what) {
    throw std::system_error(errno, std::generic_category(), what.string());
}

std::filesystem::path owner_file(const std::filesystem::path& directory, std::string_view module) {
    return directory / fmt::format("{}.owner", module);
}

// The whole file, to its end.
struct flock whole(short type) {
    struct flock asked{};
    asked.l_type = type;
    asked.l_whence = SEEK_SET;
    return asked;
}

bool try_lock(int file, const std::filesystem::path& name) {
    auto asked = whole(F_WRLCK);
    if (::fcntl(file, F_OFD_SETLK, &asked) == 0) return true;
    if (errno != EAGAIN && errno != EACCES) raise(name);
    return false;
}

bool is_locked(int file, const std::filesystem::path& name) {
    auto asked = whole(F_WRLCK);
    if (::fcntl(file, F_OFD_GETLK, &asked) != 0) raise(name);
    return asked.l_type != F_UNLCK;
}

// An empty file is one whose first owner never came to be. Throws where it holds anything else.
record read_record(int file, const std::filesystem::path& name) {
    std::array<char, record_bytes> text{};
    const auto size = ::pread(file, text.data(), text.size(), 0);
    if (size < 0) raise(name);
    if (size == 0) return {};
    record found;
    const char* const end = text.data() + size;
    const auto [after_pid, bad_pid] = std::from_chars(text.data(), end, found.pid);
    if (bad_pid == std::errc() && after_pid != end && *after_pid == ' ') {
        const auto [after, bad_epoch] = std::from_chars(after_pid + 1, end, found.epoch);
        if (bad_epoch == std::errc() && after != end) return found;
    }
    throw std::runtime_error(
        fmt::format("{} should hold a pid and an epoch; move it away if nothing runs, and expect "
                    "every consumer of this module's events to start over",
                    name.string()));
}

void write_record(int file, const record& owner, const std::filesystem::path& name) {
    const auto text =
        fmt::format("{:<{}}\n", fmt::format("{} {}", owner.pid, owner.epoch), record_bytes - 1);
    if (::pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) ||
        ::fsync(file) != 0)
        raise(name);
}

// Who holds the lock. Between taking it and writing its pid an owner may still go by the name of
// the one before, who is dead: wait for the moment that this takes. 0: it cannot be told.
pid_t read_owner(int file, const std::filesystem::path& name) {
    for (int tries = 0; tries < 200; ++tries) {
        const pid_t pid = read_record(file, name).pid;
        if (pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM)) return pid;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return 0;
}

}  // namespace

owned_elsewhere::owned_elsewhere(std::string_view module, pid_t owner)
    : std::runtime_error(fmt::format(
          "the database of {} is owned by {}: stop that process, ask it through its control "
          "socket, or use another data directory",
          module, owner > 0 ? fmt::format("process {}", owner) : "another process")),
      owner_(owner) {
}

owner_lock::owner_lock(const std::filesystem::path& directory, std::string_view module) {
    make_private_directory(directory);
    const auto name = owner_file(directory, module);
    unique_fd file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file) raise(name);
    if (!try_lock(file.get(), name)) throw owned_elsewhere(module, read_owner(file.get(), name));
    epoch_ = read_record(file.get(), name).epoch + 1;
    write_record(file.get(), {::getpid(), epoch_}, name);
    sync_directory(directory);
    file_ = std::move(file);
}

std::optional<pid_t> owner_lock::holder(const std::filesystem::path& directory,
                                        std::string_view module) {
    const auto name = owner_file(directory, module);
    const unique_fd file(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file && errno == ENOENT) return std::nullopt;
    if (!file) raise(name);
    if (!is_locked(file.get(), name)) return std::nullopt;
    return read_owner(file.get(), name);
}

}  // namespace cleave::sqlite
