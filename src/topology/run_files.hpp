#pragma once
// DIR/run: what exists only while processes run. The directory is 0700, so what lies in it is out
// of reach for other users.
#include <base/unique_fd.hpp>
#include <filesystem>
#include <string_view>

namespace cleave::topology {

// DIR/run, without making it.
std::filesystem::path run_directory(const std::filesystem::path& data);
// Makes DIR and DIR/run. Throws std::system_error.
std::filesystem::path make_run_directory(const std::filesystem::path& data);

// DIR/run/<name>.sock. Throws config_error where DIR is so deep that the path does not fit a Unix
// socket's address (107 bytes and a null).
std::filesystem::path socket_path(const std::filesystem::path& data, std::string_view name);

// DIR/run/<instance>.calls: where others call it if they do so over Unix sockets. Fails as above.
std::filesystem::path calls_path(const std::filesystem::path& data, std::string_view instance);

// Readers see the old text or the new one, never a part.
void write_atomically(const std::filesystem::path& file, std::string_view text);

// DIR/run/up.lock, held by the one `up` on DIR.
class up_lock {
public:
    // Throws config_error with the holder's pid where another one holds it.
    explicit up_lock(const std::filesystem::path& data);
    ~up_lock();  // Removes the file.
    up_lock(up_lock&&) noexcept = default;

private:
    std::filesystem::path file_;
    unique_fd fd_;
};

}  // namespace cleave::topology
