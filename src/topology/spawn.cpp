#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <list>
#include <string_view>
#include <system_error>
#include <topology/child_output.hpp>
#include <topology/handover.hpp>
#include <topology/pidfd.hpp>
#include <topology/spawn.hpp>
#include <topology/supervisor_link.hpp>

namespace cleave::topology {

namespace {

[[noreturn]] void throw_errno(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

// The path of the program that runs, for as long as that is still the same file: a process started
// through /proc/self/exe is called "exe" in every list.
std::string named(const std::filesystem::path& binary) {
    if (binary != "/proc/self/exe") return binary.string();
    std::error_code ec;
    const auto path = std::filesystem::read_symlink(binary, ec);
    return !ec && std::filesystem::equivalent(path, binary, ec) && !ec ? path.string()
                                                                       : binary.string();
}

// Between fork and exec only async-signal-safe functions may be called: another thread may have
// held the allocator's lock when the process was copied. So everything is laid out before.
class prepared_child {
public:
    explicit prepared_child(const child_command& command)
        : binary_(named(command.binary)), stderr_(command.stderr_fd) {
        std::string names;
        for (const auto& [name, fd] : command.listeners) {
            if (!names.empty()) names += ':';
            names += name;
            handed_.push_back(fd);
        }
        const auto count = handed_.size();
        if (command.supervisor_fd >= 0) handed_.push_back(command.supervisor_fd);
        lay_out_arguments(command);
        lay_out_environment(count, names, command.supervisor_fd >= 0);
    }

    // In the child. Returns only on failure, with errno set.
    void become(pid_t parent, int null_fd) {
        // If the parent ended before the first call, nobody will send the signal.
        if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) return;
        if (::getppid() != parent) ::_exit(1);
        if (::setpgid(0, 0) != 0) return;
        if (!restore_signals() || !arrange_descriptors(null_fd)) return;
        write_own_pid();
        ::execve(binary_.c_str(), arguments_.data(), environment_.data());
    }

private:
    void lay_out_arguments(const child_command& command) {
        texts_.push_back(std::filesystem::path(binary_).filename().string());
        for (const auto& a : command.args) texts_.push_back(a);
        for (auto& text : texts_) arguments_.push_back(text.data());
        arguments_.push_back(nullptr);
    }

    void lay_out_environment(std::size_t listeners, const std::string& names, bool has_link) {
        // What the environment set is in the file that the child gets, unless a flag overruled it.
        const auto own = {"LISTEN_FDS=", "LISTEN_PID=", "LISTEN_FDNAMES=", "CLEAVE_"};
        for (char** entry = environ; *entry != nullptr; ++entry) {
            const std::string_view text = *entry;
            bool replaced = false;
            for (const char* name : own) replaced = replaced || text.starts_with(name);
            if (!replaced) environment_.push_back(*entry);
        }
        if (listeners > 0) {
            set_variable("LISTEN_FDS=" + std::to_string(listeners));
            set_variable("LISTEN_FDNAMES=" + names);
            environment_.push_back(pid_variable_.data());
        }
        if (has_link)
            set_variable("CLEAVE_SUPERVISOR_FD=" +
                         std::to_string(first_inherited_fd + static_cast<int>(listeners)));
        environment_.push_back(nullptr);
    }

    void set_variable(std::string text) {
        variables_.push_back(std::move(text));
        environment_.push_back(variables_.back().data());
    }

    // exec puts handlers back to their defaults, but keeps what is ignored or blocked.
    static bool restore_signals() {
        for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
        sigset_t none;
        ::sigemptyset(&none);
        return ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
    }

    // The handed ones go to 3, 4, … : first out of the way, so that none overwrites another. A
    // descriptor that dup2 made stays open across exec; everything else is closed by it.
    bool arrange_descriptors(int null_fd) {
        const int count = static_cast<int>(handed_.size()), above = first_inherited_fd + count;
        for (auto& fd : handed_) {
            fd = ::fcntl(fd, F_DUPFD_CLOEXEC, above);
            if (fd < 0) return false;
        }
        if (::dup2(null_fd, STDIN_FILENO) < 0) return false;
        if (stderr_ >= 0 && ::dup2(stderr_, STDERR_FILENO) < 0) return false;
        // Also what `up` itself inherited by somebody's mistake. An old kernel cannot, and our own
        // descriptors do not need it.
        ::close_range(first_inherited_fd, ~0U, CLOSE_RANGE_CLOEXEC);
        for (int i = 0; i < count; ++i)
            if (::dup2(handed_[static_cast<std::size_t>(i)], first_inherited_fd + i) < 0)
                return false;
        return true;
    }

    void write_own_pid() {
        auto* digits = pid_variable_.data() + std::string_view("LISTEN_PID=").size();
        *std::to_chars(digits, digits + 16, ::getpid()).ptr = '\0';
    }

    std::string binary_;
    const int stderr_;
    std::vector<int> handed_;
    std::vector<std::string> texts_;
    std::list<std::string> variables_;  // which stay where they are
    std::array<char, 32> pid_variable_{"LISTEN_PID="};
    std::vector<char*> arguments_, environment_;
};

}  // namespace

child_process spawn(const child_command& command) {
    prepared_child child(command);
    const unique_fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!null) throw_errno(errno, "/dev/null");
    // Closed by a successful exec; otherwise it brings the reason.
    auto [failure_in, failure_out] = make_pipe();

    const pid_t parent = ::getpid(), pid = ::fork();
    if (pid < 0) throw_errno(errno, "fork");
    if (pid == 0) {
        child.become(parent, null.get());
        const int error = errno;
        [[maybe_unused]] const auto sent = ::write(failure_out.get(), &error, sizeof error);
        ::_exit(127);
    }
    failure_out.reset();

    unique_fd pidfd(::pidfd_open(pid, 0));
    const int pidfd_error = errno;
    int error = 0;
    ssize_t got = 0;
    do got = ::read(failure_in.get(), &error, sizeof error);
    while (got < 0 && errno == EINTR);
    const bool started = got == 0;
    if (started && pidfd) return {pid, std::move(pidfd)};

    ::kill(pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (!started) throw_errno(error, "cannot start " + command.binary.string());
    throw_errno(pidfd_error, "pidfd_open (Linux 5.3 or newer is needed)");
}

}  // namespace cleave::topology
