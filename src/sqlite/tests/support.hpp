#pragma once
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

namespace cleave::sqlite::test {

// A directory of its own, gone at the end of the scope.
class temporary_directory {
public:
    temporary_directory() {
        static std::atomic<int> count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("cleave-sqlite-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~temporary_directory() { std::filesystem::remove_all(path_); }
    temporary_directory(const temporary_directory&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace cleave::sqlite::test
