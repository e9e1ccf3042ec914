#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <atomic>
#include <base/secret_file.hpp>
#include <base/shared_words.hpp>
#include <base/unique_fd.hpp>
#include <stdexcept>
#include <system_error>

namespace cleave {

namespace {

static_assert(std::atomic_ref<std::uint64_t>::is_always_lock_free,
              "a lock in one process is none for another");

}  // namespace

shared_words::shared_words(std::vector<std::uint64_t> initial)
    : own_(std::move(initial)), words_(own_) {
}

shared_words::shared_words(const std::filesystem::path& file,
                           const std::vector<std::uint64_t>& initial) {
    const auto size = initial.size() * sizeof initial.front();
    // All of it is written, so that no page is wanting when the disk is full.
    if (!std::filesystem::exists(file))
        create_file_once(file, {reinterpret_cast<const std::uint8_t*>(initial.data()), size}, 0600);
    const unique_fd fd(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    struct stat found{};
    if (!fd || ::fstat(fd.get(), &found) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot open " + file.string());
    if (found.st_size != static_cast<off_t>(size))
        throw std::runtime_error(file.string() + " should hold " + std::to_string(size) +
                                 " bytes; remove it while nothing runs");
    void* const at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    if (at == MAP_FAILED)
        throw std::system_error(errno, std::generic_category(), "cannot map " + file.string());
    words_ = {static_cast<std::uint64_t*>(at), initial.size()};
}

shared_words::~shared_words() {
    if (own_.empty()) ::munmap(words_.data(), words_.size_bytes());
}

}  // namespace cleave
