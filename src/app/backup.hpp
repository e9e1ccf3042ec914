#pragma once
// All that a blog is, in one file: every module's database and the keys, as a tar file of mode
// 0600 with a list of its contents (sizes and checksums) at its end.
//
// The keys are in it because without them nobody's token holds any more, and what one process says
// to another is no longer believed. So the file is as secret as the data.
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::app {

// What is being done, and how far it is.
using backup_progress =
    std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

struct backup_summary {
    std::vector<std::string> files{};
    std::uint64_t bytes = 0;
};

// While the blog runs or not. Each database is copied as of one moment and checked; those who
// follow events come before those whose events they follow, so that none has seen what its
// publisher has not kept. Throws std::runtime_error where there is nothing to back up, where
// `file` is there already, or where a copy is not sound; nothing is left then.
backup_summary make_backup(const std::filesystem::path& data, const std::filesystem::path& file,
                           const backup_progress& progress);

// Reads all of it and checks it, and makes nothing. Throws std::runtime_error.
backup_summary check_backup(const std::filesystem::path& file, const backup_progress& progress);

struct restored {
    backup_summary what{};
    std::filesystem::path replaced{};  // where what was there before is now; empty: there was none
};

// `given` becomes what was backed up, all at once or not at all. Only while nothing runs on it:
// throws topology::config_error with the pid else, or where there is data and not `replace`;
// std::runtime_error where the backup is not sound.
restored restore_backup(const std::filesystem::path& file, const std::filesystem::path& given,
                        bool replace, const backup_progress& progress);

}  // namespace cleave::app
