#include <stdlib.h>

#include <cerrno>
#include <compare/scratch_directory.hpp>
#include <string>
#include <system_error>

namespace cleave::compare {

scratch_directory::scratch_directory(const std::filesystem::path& parent, std::string_view name) {
    auto text = (std::filesystem::absolute(parent) / (std::string(name) + "-XXXXXX")).string();
    if (::mkdtemp(text.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), text);
    path_ = text;
}

scratch_directory::~scratch_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace cleave::compare
