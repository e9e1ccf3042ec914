#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <base/secret_file.hpp>
#include <base/unique_fd.hpp>
#include <stdexcept>
#include <system_error>

namespace cleave {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void throw_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void write_all(int fd, bytes_view content, const fs::path& file) {
    while (!content.empty()) {
        const auto n = ::write(fd, content.data(), content.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw_errno("cannot write " + file.string());
        content = content.subspan(static_cast<std::size_t>(n));
    }
}

void sync_folder(const fs::path& folder) {
    const unique_fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) throw_errno("cannot sync " + folder.string());
}

}  // namespace

bool create_file_once(const fs::path& file, bytes_view content, unsigned mode) {
    const fs::path folder = file.parent_path();
    std::string draft = (folder / ".draft-XXXXXX").string();
    const unique_fd fd(::mkostemp(draft.data(), O_CLOEXEC));
    if (!fd) throw_errno("cannot create a file in " + folder.string());
    bool created = false;
    try {
        write_all(fd.get(), content, file);
        if (::fchmod(fd.get(), static_cast<mode_t>(mode)) != 0 || ::fsync(fd.get()) != 0)
            throw_errno("cannot write " + file.string());
        // link() replaces nothing: of several processes one wins, and the others see its file.
        created = ::link(draft.c_str(), file.c_str()) == 0;
        if (!created && errno != EEXIST) throw_errno("cannot create " + file.string());
    } catch (...) {
        ::unlink(draft.c_str());
        throw;
    }
    ::unlink(draft.c_str());
    sync_folder(folder);
    return created;
}

std::optional<bytes> read_file(const fs::path& file) {
    const unique_fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd && errno == ENOENT) return std::nullopt;
    if (!fd) throw_errno("cannot read " + file.string());
    bytes out;
    std::uint8_t buffer[4096];
    for (;;) {
        const auto n = ::read(fd.get(), buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw_errno("cannot read " + file.string());
        if (n == 0) return out;
        out.insert(out.end(), buffer, buffer + n);
    }
}

bytes load_or_create_secret(const fs::path& file, std::size_t size, random_source& random) {
    auto content = read_file(file);
    if (!content) {
        if (fs::create_directories(file.parent_path()))
            fs::permissions(file.parent_path(), fs::perms::owner_all);
        bytes fresh(size);
        random.fill(fresh);
        create_file_once(file, fresh, 0600);
        content = read_file(file);
    }
    if (!content || content->size() != size)
        throw std::runtime_error(file.string() + " should hold " + std::to_string(size) +
                                 " bytes; restore it from a backup");
    return std::move(*content);
}

}  // namespace cleave
