#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <support/child_process.hpp>
#include <support/scratch_folder.hpp>
#include <system_error>

namespace cleave::test {

namespace {

namespace fs = std::filesystem;

// A descriptor for the child alone: closed here at the end of the scope.
class opened {
public:
    opened(const fs::path& file, int flags) : fd_(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {
        if (fd_ < 0) throw std::system_error(errno, std::generic_category(), file.string());
    }
    ~opened() { ::close(fd_); }
    opened(const opened&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

// Between fork and exec, where only async-signal-safe functions may be called.
[[noreturn]] void become(pid_t parent, char* const* arguments, int in, int out, int err) {
    ::setpgid(0, 0);
    // A test that is killed leaves nothing behind.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() == parent && ::dup2(in, STDIN_FILENO) >= 0 && ::dup2(out, STDOUT_FILENO) >= 0 &&
        ::dup2(err, STDERR_FILENO) >= 0)
        ::execv(arguments[0], arguments);
    ::_exit(127);
}

}  // namespace

child_process::child_process(const fs::path& binary, const std::vector<std::string>& arguments,
                             const output_files& output) {
    std::vector<std::string> texts{binary.string()};
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);

    const opened in("/dev/null", O_RDONLY);
    const opened out(output.out, O_WRONLY | O_CREAT | O_APPEND);
    const opened err(output.err, O_WRONLY | O_CREAT | O_APPEND);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) become(parent, pointers.data(), in.get(), out.get(), err.get());
    ::setpgid(pid_, pid_);  // Whoever comes first.
}

child_process::~child_process() {
    signal(SIGKILL);
    wait();
}

bool child_process::runs() {
    if (ended_) return false;
    int status = 0;
    const pid_t gone = ::waitpid(pid_, &status, WNOHANG);
    if (gone != pid_) return true;
    ended_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return false;
}

void child_process::signal(int number) {
    if (runs()) ::kill(pid_, number);
}

std::optional<int> child_process::wait(std::chrono::milliseconds limit) {
    if (!eventually([this] { return !runs(); }, limit)) return std::nullopt;
    return ended_;
}

finished run_to_end(const fs::path& binary, const std::vector<std::string>& arguments) {
    const scratch_folder scratch;
    const output_files files{scratch.path() / "out", scratch.path() / "err"};
    child_process process(binary, arguments, files);
    const auto code = process.wait();
    finished result{code.value_or(-1), text_of(files.out), text_of(files.err)};
    if (!code) throw std::runtime_error("it does not end: " + binary.string() + "\n" + result.err);
    return result;
}

std::string text_of(const fs::path& file) {
    // What is in /proc may go while it is read; an output stream takes that for the end.
    std::ostringstream out;
    out << std::ifstream(file, std::ios::binary).rdbuf();
    return std::move(out).str();
}

std::vector<pid_t> processes_that_mention(const std::string& text) {
    std::vector<pid_t> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        pid_t pid = 0;
        const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (ec != std::errc() || end != name.data() + name.size()) continue;
        // A process that has ended and is not reaped has an empty command line.
        if (text_of(entry.path() / "cmdline").find(text) != std::string::npos) found.push_back(pid);
    }
    return found;
}

}  // namespace cleave::test
