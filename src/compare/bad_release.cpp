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

using made = std::expected<std::filesystem::path, std::string>;

made write_preloading(const std::filesystem::path& file, const std::filesystem::path& program,
                      const std::string& variables, std::string_view what) {
    const auto cannot = [&](std::string_view why) {
        return std::unexpected(std::string(what) + ": " + std::string(why));
    };
    if (is_sanitized()) return cannot("it is preloaded, and this is a build with a sanitizer");
    const auto library = file.parent_path() / "failing_answers.so";
    // The loader takes blanks and colons for the end of a name, the shell a quote.
    if (library.string().find_first_of(" :;'") != std::string::npos ||
        program.string().find('\'') != std::string::npos)
        return cannot(
            "the name of the scratch folder or of this program has a blank, a colon or a quote");
    std::ofstream(library, std::ios::binary)
        .write(cleave_failing_answers, cleave_failing_answers_end - cleave_failing_answers);
    return write_script(file, variables + "LD_PRELOAD='" + library.string() + "' exec '" +
                                  program.string() + "' \"$@\"");
}

}  // namespace

std::filesystem::path release_that_dies(const std::filesystem::path& folder) {
    return write_script(folder / "release-that-dies", "exit 1");
}

made release_that_fails(const std::filesystem::path& folder, const std::filesystem::path& program) {
    return write_preloading(folder / "release-that-fails", program, "",
                            "a release that answers 500 once it is ready");
}

std::expected<program_that_can_fail, std::string> program_that_can_fail::make(
    const std::filesystem::path& folder, const std::filesystem::path& program,
    std::string_view module) {
    auto sign = folder / "fail-now";
    const auto variables = "FAILING_ANSWERS_TABLES='" + std::string(module) +
                           "_' FAILING_ANSWERS_SWITCH='" + sign.string() + "' ";
    auto written = write_preloading(folder / "program-that-can-fail", program, variables,
                                    "an injected failure");
    if (!written) return std::unexpected(std::move(written.error()));
    return program_that_can_fail(std::move(*written), std::move(sign));
}

void program_that_can_fail::fail() const {
    const std::ofstream made(sign_);
}

void program_that_can_fail::mend() const {
    std::filesystem::remove(sign_);
}

}  // namespace cleave::compare
