#pragma once
// What making a backup and reading one share.
#include <app/archive.hpp>
#include <app/backup.hpp>
#include <base/clock.hpp>
#include <boost/describe.hpp>

namespace cleave::app {

inline constexpr std::int64_t backup_format = 1;
inline constexpr std::string_view backup_list_name = "backup.json";
inline constexpr std::size_t backup_list_bytes_max = 1 << 20;

struct backup_file {
    std::string name{};
    std::int64_t bytes = 0;
    std::string blake2b{};  // 256 bits, hex
};
BOOST_DESCRIBE_STRUCT(backup_file, (), (name, bytes, blake2b))

// The last file of a backup.
struct backup_list {
    std::int64_t format = backup_format;
    std::string cleave_version{};
    timestamp made_at{};
    std::vector<backup_file> files{};
};
BOOST_DESCRIBE_STRUCT(backup_list, (), (format, cleave_version, made_at, files))

// Throws std::system_error.
backup_file described(const std::string& name, const std::filesystem::path& file);

// Whether a file of this name may be in a backup: a database, a key, or the layout's manifest.
// Nothing that leads out of a directory.
bool is_backup_name(std::string_view name);

// "posts" of "posts.db", "blog" of the one that modules share; empty for other files.
std::string_view name_of_database(std::string_view name);

// Throws std::runtime_error where the database is not sound.
void check_database(const std::filesystem::path& file, std::string_view database);

// A directory of mode 0700 that is gone at the end of the scope, whatever happens.
class scratch_directory {
public:
    explicit scratch_directory(std::filesystem::path path);
    ~scratch_directory();
    scratch_directory(const scratch_directory&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace cleave::app
