#pragma once
// A front end: the files of one folder, as they are.
//
// Only what lies in the folder is found: no "..", however it is written, no name that begins with a
// dot, and no symbolic link, wherever it leads. What is asked for and is not there is index.html,
// so that a page of the front end can be opened by its address; but a missing "app.js" is 404.
#include <filesystem>
#include <http/routing/route.hpp>

namespace cleave::gateway {

inline constexpr std::size_t whole_file_bytes_max = 256 * 1024;  // larger ones are streamed

class web_files {
public:
    // Throws std::invalid_argument where there is no such folder.
    explicit web_files(std::filesystem::path folder);

    // For GET and HEAD; nothing where no file answers this. Reads from the disk, on the I/O thread:
    // one file of limited size, or one piece of it at a time.
    std::optional<http::response> find(const http::request& r) const;

private:
    std::filesystem::path folder_;
};

}  // namespace cleave::gateway
