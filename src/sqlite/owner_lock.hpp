#pragma once
// One owner a database: a kernel lock on DIR/<module>.owner, released by the kernel when the
// process ends, however it ends. The file tells who: pid and epoch, one line.
//
// It is a lock of the open file (F_OFD_SETLK). flock() would do as well, but who asks whether a
// flock is held has to take it for a moment, and would turn away an owner that starts just then.
#include <sys/types.h>
#include <base/unique_fd.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cleave::sqlite {

// The database has an owner already.
class owned_elsewhere : public std::runtime_error {
public:
    owned_elsewhere(std::string_view module, pid_t owner);
    pid_t owner() const { return owner_; }

private:
    pid_t owner_;
};

class owner_lock {
public:
    // Creates the directory (0700) where it is missing. Throws owned_elsewhere, std::system_error,
    // or std::runtime_error where the file holds something else.
    owner_lock(const std::filesystem::path& directory, std::string_view module);

    // One more than the last owner's; durable before this returns.
    std::uint64_t epoch() const { return epoch_; }

    // The pid of the process that holds the lock now, if one does; 0 where it did not say. Takes
    // nothing.
    static std::optional<pid_t> holder(const std::filesystem::path& directory,
                                       std::string_view module);

private:
    unique_fd file_;
    std::uint64_t epoch_ = 0;
};

}  // namespace cleave::sqlite
