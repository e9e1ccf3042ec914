#include "support.hpp"

#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <base/unique_fd.hpp>
#include <fstream>
#include <iterator>

namespace cleave::topology::test {

namespace fs = std::filesystem;

namespace {

// Only ever waited for in full by a test that fails.
constexpr std::chrono::seconds limit{30};
constexpr std::chrono::milliseconds between_looks{5};

}  // namespace

const std::vector<known_module>& blog() {
    static const std::vector<known_module> modules{
        {"users"},
        {"posts", {"users"}, {"users"}},
        {"comments", {"posts", "users"}, {"posts", "users"}},
        {"notes", {}, {"comments"}}};
    return modules;
}

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines_of(const fs::path& file) {
    std::ifstream in(file);
    std::vector<std::string> lines;
    // A last line without its end is still being written.
    for (std::string line; std::getline(in, line) && !in.eof();) lines.push_back(line);
    return lines;
}

void write_file(const fs::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
}

void write_script(const fs::path& file, std::string_view text) {
    write_file(file, text);
    fs::permissions(file, fs::perms::owner_all);
}

bool run_until(asio::io_context& context, const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        context.restart();
        context.run_one_for(between_looks);
    }
    return true;
}

bool wait_until(const std::function<bool()>& condition) {
    asio::io_context idle;
    const auto work = asio::make_work_guard(idle);
    return run_until(idle, condition);
}

std::string in_child(const std::function<std::string()>& work) {
    int ends[2];
    if (::pipe(ends) != 0) return "no pipe";
    const unique_fd in(ends[0]);
    unique_fd out(ends[1]);
    const pid_t pid = ::fork();
    if (pid == 0) {
        std::string said;
        try {
            said = work();
        } catch (const std::exception& e) {
            said = std::string("threw: ") + e.what();
        }
        [[maybe_unused]] const auto sent = ::write(ends[1], said.data(), said.size());
        ::_exit(0);
    }
    out.reset();
    std::string heard;
    char buffer[1024];
    for (ssize_t n = 0; (n = ::read(in.get(), buffer, sizeof buffer)) > 0;)
        heard.append(buffer, static_cast<std::size_t>(n));
    ::waitpid(pid, nullptr, 0);
    return heard;
}

std::string refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const std::exception& e) {
        return e.what();
    }
    return "accepted";
}

bool ends(int pidfd) {
    pollfd waiting{pidfd, POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(limit).count())) == 1;
}

}  // namespace cleave::topology::test
