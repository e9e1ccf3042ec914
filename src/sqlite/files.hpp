#pragma once
// Files that outlive a loss of power, and that nobody but their owner reads. For src/sqlite only.
#include <filesystem>

namespace cleave::sqlite {

// Each throws std::system_error.

// What was created or renamed in it stays.
void sync_directory(const std::filesystem::path& directory);

// 0700, where there is none yet.
void make_private_directory(const std::filesystem::path& directory);

// Empty, 0600, where there is none yet.
void make_private_file(const std::filesystem::path& file);

}  // namespace cleave::sqlite
