#include <compare/bad_release.hpp>
#include <compare/machine.hpp>
#include <fstream>
#include <string_view>

// Of release/embedded.S.
extern "C" {
extern const char cleave_failing_answers[], cleave_failing_answers_end[];
}

namespace cleave::compare {

namespace {

std::filesystem::path write_script(const std::filesystem::path& file, std::string_view line) {
    std::ofstream(file) << "#!/bin/sh\n" << line << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
}

}  // namespace

std::filesystem::path release_that_dies(const std::filesystem::path& folder) {
    return write_script(folder / "release-that-dies", "exit 1");
}

std::expected<std::filesystem::path, std::string> release_that_fails(
    const std::filesystem::path& folder, const std::filesystem::path& program) {
    constexpr std::string_view what = "a release that answers 500 once it is ready: ";
    if (is_sanitized())
        return std::unexpected(std::string(what) +
                               "it is preloaded, and this is a build with a sanitizer");
    const auto library = folder / "failing_answers.so";
    // The loader takes blanks and colons for the end of a name, the shell a quote.
    if (library.string().find_first_of(" :;'") != std::string::npos ||
        program.string().find('\'') != std::string::npos)
        return std::unexpected(std::string(what) + "the name of the scratch folder or of this " +
                               "program has a blank, a colon or a quote");
    std::ofstream(library, std::ios::binary)
        .write(cleave_failing_answers, cleave_failing_answers_end - cleave_failing_answers);
    return write_script(
        folder / "release-that-fails",
        "LD_PRELOAD='" + library.string() + "' exec '" + program.string() + "' \"$@\"");
}

}  // namespace cleave::compare
