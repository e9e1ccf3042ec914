#pragma once
// A copy of a database while its owner goes on writing, and whether a copy is sound.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace cleave::sqlite {

// Pages copied so far, and all of them.
using copy_progress = std::function<void(std::uint64_t done, std::uint64_t all)>;

// One moment of `from`, as a reader sees it: nothing is written to it, and its owner is not kept
// waiting. Makes `to` (0600), which must not exist, and returns when it is on the disk.
// Throws sqlite::error, std::system_error.
void copy_database(const std::filesystem::path& from, const std::filesystem::path& to,
                   const copy_progress& progress);

// What PRAGMA integrity_check and foreign_key_check say; empty where all is well. Of a file that
// nobody writes to: nothing is made beside it. A file that is no database is a complaint too.
std::vector<std::string> integrity_problems(const std::filesystem::path& file);

}  // namespace cleave::sqlite
