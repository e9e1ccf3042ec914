#include <sys/wait.h>

#include <cerrno>
#include <compare/command.hpp>
#include <cstdio>
#include <system_error>

namespace cleave::compare {

namespace {

std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

}  // namespace

ended_command run_command(const std::filesystem::path& program,
                          const std::vector<std::string>& arguments) {
    std::string line = quoted(program.string());
    for (const auto& argument : arguments) line += " " + quoted(argument);
    line += " 2>&1 </dev/null";
    ended_command out;
    FILE* const pipe = ::popen(line.c_str(), "re");
    if (pipe == nullptr) throw std::system_error(errno, std::generic_category(), "popen");
    char buffer[4096];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
        out.output.append(buffer, n);
    const int status = ::pclose(pipe);
    out.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return out;
}

}  // namespace cleave::compare
