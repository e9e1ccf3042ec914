#include <fcntl.h>
#include <sys/stat.h>

#include <base/unique_fd.hpp>
#include <cerrno>
#include <sqlite/files.hpp>
#include <system_error>

namespace cleave::sqlite {

namespace {

[[noreturn]] void raise(const std::filesystem::path& what) {
    throw std::system_error(errno, std::generic_category(), what.string());
}

}  // namespace

void sync_directory(const std::filesystem::path& directory) {
    const unique_fd opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened || ::fsync(opened.get()) != 0) raise(directory);
}

void make_private_directory(const std::filesystem::path& directory) {
    const auto full = std::filesystem::absolute(directory / "").parent_path();
    std::filesystem::create_directories(full.parent_path());
    if (::mkdir(full.c_str(), 0700) == 0)
        sync_directory(full.parent_path());
    else if (errno != EEXIST)
        raise(full);
}

// Opens no file that was there: closing any descriptor of a file drops all the POSIX locks that
// this process has on it.
void make_private_file(const std::filesystem::path& file) {
    const unique_fd made(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (made)
        sync_directory(file.parent_path());
    else if (errno != EEXIST)
        raise(file);
}

}  // namespace cleave::sqlite
