#pragma once
// One owner a database: a kernel lock (flock) on DIR/<module>.owner, released by the kernel when
// the process ends, however it ends. The file tells who: pid and epoch, one line.
#include <base/unique_fd.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/types.h>

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
    // Throws owned_elsewhere, or std::system_error.
    owner_lock(const std::filesystem::path& directory, std::string_view module);

    // One more than the last owner's; durable before this returns.
    std::uint64_t epoch() const { return epoch_; }

    // The pid of the process that holds the lock now, if one does. Takes nothing.
    static std::optional<pid_t> holder(const std::filesystem::path& directory,
                                       std::string_view module);

private:
    unique_fd file_;
    std::uint64_t epoch_ = 0;
};

}  // namespace cleave::sqlite
