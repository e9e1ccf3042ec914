#pragma once
// Programs that should never have gone out, made in a folder from the one that runs.
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace cleave::compare {

// Dies at once, as a build with a missing library does.
std::filesystem::path release_that_dies(const std::filesystem::path& folder);

// The real program, which starts and says that it is ready; from then on whatever needs its data is
// answered 500 (release/failing_answers.cpp). Fails with a sentence where it cannot be made.
std::expected<std::filesystem::path, std::string> release_that_fails(
    const std::filesystem::path& folder, const std::filesystem::path& program);

// The real program, of which one module's data fails from fail() to mend(): it can be neither read
// nor written, in whichever process it is.
class program_that_can_fail {
public:
    static std::expected<program_that_can_fail, std::string> make(
        const std::filesystem::path& folder, const std::filesystem::path& program,
        std::string_view module);

    const std::filesystem::path& path() const { return path_; }
    void fail() const;
    void mend() const;

private:
    program_that_can_fail(std::filesystem::path path, std::filesystem::path sign)
        : path_(std::move(path)), sign_(std::move(sign)) {}

    std::filesystem::path path_, sign_;  // while the second is there, it fails
};

}  // namespace cleave::compare
