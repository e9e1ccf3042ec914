#pragma once
// Several files in one: a tar file (POSIX.1-1988 "ustar"; sizes above 8 GiB as GNU tar writes
// them), so that `tar -tf` shows what is in it. Regular files without folders above one level.
#include <base/encoding.hpp>
#include <base/unique_fd.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace cleave::app {

using bytes_progress = std::function<void(std::uint64_t bytes)>;

class archive_writer {
public:
    // A new file of mode 0600; throws std::system_error where there is one already.
    explicit archive_writer(const std::filesystem::path& file);

    // The file's content under `name` (at most 100 bytes). Throws std::system_error, and
    // std::runtime_error where the file changes its size meanwhile.
    void add_file(const std::string& name, const std::filesystem::path& from,
                  const bytes_progress& progress = {});
    void add_text(const std::string& name, std::string_view content);
    // The end, on the disk.
    void finish();

private:
    void header(const std::string& name, std::uint64_t size);
    void pad(std::uint64_t size);

    std::filesystem::path file_;
    unique_fd fd_;
};

struct archived {
    std::string name{};
    std::uint64_t size = 0;
};

// Each file in turn: next() to its header, then its content once. Throws std::runtime_error where
// this is no archive, or one that was cut off; what a name means is for the caller to decide.
class archive_reader {
public:
    explicit archive_reader(const std::filesystem::path& file);

    std::optional<archived> next();
    // Into a new file of mode 0600.
    void extract(const std::filesystem::path& to, const bytes_progress& progress = {});
    std::string text(std::size_t bytes_max);

private:
    std::uint64_t read_some(void* into, std::size_t bytes);
    void skip_rest();

    std::filesystem::path file_;
    unique_fd fd_;
    std::uint64_t left_ = 0, padding_ = 0;
};

}  // namespace cleave::app
