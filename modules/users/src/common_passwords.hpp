#pragma once
// Passwords that everybody tries first. Letter case does not count.
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace cleave::users {

inline constexpr std::uintmax_t common_passwords_file_bytes_max = 64 << 20;

class common_passwords {
public:
    // The list that comes with the program: words, names and keyboard walks of the well-known
    // collections of leaked passwords, with what people append to them, and simple numbers.
    common_passwords();
    // The file's lines instead: UTF-8, one a line, empty ones passed over. Throws
    // std::runtime_error where it cannot be read or is too large.
    explicit common_passwords(const std::filesystem::path& file);

    bool contains(std::string_view password) const;
    std::size_t size() const { return hashes_.size(); }

private:
    void add(std::string_view password);
    void seal();

    // Eight bytes a password. That two of a million have one hash is a matter of one in 10^7.
    std::vector<std::uint64_t> hashes_;
};

}  // namespace cleave::users
