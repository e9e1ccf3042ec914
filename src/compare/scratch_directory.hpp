#pragma once
// A directory of its own, made in another and removed with all that is in it.
#include <filesystem>
#include <string_view>

namespace cleave::compare {

class scratch_directory {
public:
    // PARENT/NAME-XXXXXX. Throws std::system_error.
    scratch_directory(const std::filesystem::path& parent, std::string_view name);
    ~scratch_directory();
    scratch_directory(const scratch_directory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace cleave::compare
