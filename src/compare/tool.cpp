#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <base/unique_fd.hpp>
#include <compare/cores.hpp>
#include <compare/experiment.hpp>
#include <compare/tool.hpp>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>

namespace cleave::compare {

namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds look_every{20};
constexpr std::size_t last_words_bytes = 600;

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string_view last_line(std::string_view text) {
    while (text.ends_with('\n')) text.remove_suffix(1);
    const auto end = text.rfind('\n');
    return end == text.npos ? text : text.substr(end + 1);
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
    std::vector<std::string> out = more;
    for (char** one = environ; *one != nullptr; ++one) {
        const std::string_view text(*one);
        const auto name = text.substr(0, text.find('=') + 1);
        const bool is_set = std::ranges::any_of(
            more, [name](const std::string& other) { return other.starts_with(name); });
        if (!is_set) out.emplace_back(text);
    }
    return out;
}

// In the child; nothing that allocates.
[[noreturn]] void become(char* const* arguments, char* const* variables, const char* folder,
                         int output, const std::vector<int>& cores) {
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ}) ::signal(number, SIG_DFL);
    const bool fine = ::prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && ::setpgid(0, 0) == 0 &&
                      ::chdir(folder) == 0 && nothing >= 0 && ::dup2(nothing, STDIN_FILENO) >= 0 &&
                      ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(output, STDERR_FILENO) >= 0 &&
                      (cores.empty() || pin_to(cores));
    if (fine) ::execvpe(arguments[0], arguments, variables);
    ::_exit(127);
}

pid_t start(const tool_run& what) {
    const unique_fd written(
        ::open(what.output.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600));
    if (!written) throw std::system_error(errno, std::generic_category(), what.output.string());
    auto arguments = what.arguments, variables = environment_with(what.variables);
    const auto argument_list = pointers_to(arguments), variable_list = pointers_to(variables);
    const auto folder = what.folder.string();
    const pid_t pid = ::fork();
    if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid == 0)
        become(argument_list.data(), variable_list.data(), folder.c_str(), written.get(),
               what.cores);
    ::setpgid(pid, pid);  // whoever is first: it is to be killed as a whole
    return pid;
}

void kill_all_of(pid_t pid) {
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
}

}  // namespace

std::expected<tool_result, std::string> run_tool(
    const tool_run& what, const std::atomic<bool>& stop,
    const std::function<void(std::string_view)>& shown) {
    const auto name = fmt::format("`{}`", fmt::join(what.arguments, " "));
    const auto began = steady::now();
    const auto took = [&] {
        return std::chrono::duration_cast<milliseconds>(steady::now() - began);
    };
    const pid_t pid = start(what);
    int status = 0, looks = 0;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        if (stop) {
            kill_all_of(pid);
            throw interrupted();
        }
        if (took() > what.limit) {
            kill_all_of(pid);
            return std::unexpected(
                fmt::format("{} took longer than {} s", name, what.limit.count() / 1'000));
        }
        if (++looks % 25 == 0) shown(last_line(text_of(what.output)));
        std::this_thread::sleep_for(look_every);
    }
    tool_result out{text_of(what.output), took()};
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return out;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127 && out.output.empty())
        return std::unexpected(name + " cannot be run: is it installed?");
    const auto from = out.output.size() - std::min(out.output.size(), last_words_bytes);
    return std::unexpected(fmt::format("{} failed: {}", name, out.output.substr(from)));
}

}  // namespace cleave::compare
