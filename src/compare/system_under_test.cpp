#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <algorithm>
#include <base/unique_fd.hpp>
#include <cerrno>
#include <compare/cores.hpp>
#include <compare/http_client.hpp>
#include <compare/system_under_test.hpp>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>

namespace cleave::compare {

namespace {

using namespace std::chrono_literals;
using tcp = boost::asio::ip::tcp;

constexpr auto ready_patience = 30s;
constexpr auto look_again_after = 5ms;
constexpr auto answer_patience = 500ms;
constexpr std::size_t last_words_bytes = 2'000;

unsigned status_of(const tcp::endpoint& address, std::string_view target) {
    return ask_once(address, to_bytes({.target = target}), answer_patience).status;
}

// In the child. Returns only on failure. Nothing here may allocate: another thread may have held
// the allocator's lock when the process was copied.
void become(char* const* arguments, const char* folder, int output, const std::vector<int>& cores,
            pid_t parent) {
    // If this program dies, nobody else would stop the blog.
    if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || ::getppid() != parent) return;
    // A Ctrl-C at the terminal is for this program, which then stops the blog in good order.
    if (::setpgid(0, 0) != 0 || ::chdir(folder) != 0) return;
    for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ}) ::signal(number, SIG_DFL);
    if (::dup2(output, STDOUT_FILENO) < 0 || ::dup2(output, STDERR_FILENO) < 0) return;
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0 || !pin_to(cores)) return;
    ::execv(arguments[0], arguments);
}

pid_t start(std::vector<std::string> arguments, const std::filesystem::path& folder,
            const std::vector<int>& cores) {
    const auto output = (folder / "output").string();
    const unique_fd written(
        ::open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600));
    if (!written) throw std::system_error(errno, std::generic_category(), output);
    std::vector<char*> pointers;
    for (auto& text : arguments) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    const pid_t parent = ::getpid(), pid = ::fork();
    if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid == 0) {
        become(pointers.data(), folder.c_str(), written.get(), cores, parent);
        ::_exit(127);
    }
    return pid;
}

bool is_still_there(const process_stat& p) {
    const auto now = read_stat(p.pid);
    return now && now->start_ticks == p.start_ticks && now->state != 'Z';
}

}  // namespace

system_under_test::system_under_test(const launch& how)
    : directory_(how.scratch, "cleave-compare"),
      binary_(std::filesystem::absolute(how.binary)),
      stop_patience_(how.stop_patience),
      address_(boost::asio::ip::address_v4::loopback(), free_port()) {
    std::vector<std::string> arguments{
        binary_.string(), "up",       "--data",
        data().string(),  "--listen", fmt::format("127.0.0.1:{}", address_.port())};
    arguments.insert(arguments.end(), how.arguments.begin(), how.arguments.end());
    started_ = std::chrono::steady_clock::now();
    pid_ = start(std::move(arguments), directory_.path(), how.cores);
}

system_under_test::~system_under_test() {
    stop();
}

std::chrono::nanoseconds system_under_test::wait_until_ready(const std::atomic<bool>& stop) {
    while (status_of(address_, "/readyz") != 200) {
        if (stop) throw start_failed("stopped");
        if (has_ended()) throw start_failed("it ended before it was ready:\n" + last_words());
        if (std::chrono::steady_clock::now() - started_ > ready_patience)
            throw start_failed(fmt::format("it is not ready after {} s:\n{}",
                                           ready_patience.count(), last_words()));
        std::this_thread::sleep_for(look_again_after);
    }
    const auto took = std::chrono::steady_clock::now() - started_;
    find_processes();
    return took;
}

bool system_under_test::has_ended() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ < 0;
}

bool system_under_test::stop() {
    if (has_ended()) return true;
    find_processes();
    ::kill(pid_, SIGTERM);
    const auto gives_up = std::chrono::steady_clock::now() + stop_patience_;
    while (!has_ended() && std::chrono::steady_clock::now() < gives_up)
        std::this_thread::sleep_for(look_again_after);
    bool in_good_order = pid_ < 0;
    // Each by its own number: the supervisor gives its children process groups of their own.
    for (const auto& p : processes_)
        if (is_still_there(p)) {
            in_good_order = false;
            ::kill(p.pid, SIGKILL);
        }
    if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), nullptr, 0);
    return in_good_order;
}

std::string system_under_test::last_words() const {
    std::ifstream in(directory_.path() / "output", std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(in), {}};
    return all.substr(all.size() - std::min(all.size(), last_words_bytes));
}

bool system_under_test::find_processes() {
    auto found = family_of(pid_);
    const auto same = [](const process_stat& a, const process_stat& b) {
        return a.pid == b.pid && a.start_ticks == b.start_ticks;
    };
    const bool unchanged = std::ranges::equal(found, processes_, same);
    processes_ = std::move(found);
    return unchanged;
}

std::vector<cpu_time> system_under_test::cpu_times() const {
    std::vector<cpu_time> out;
    for (const auto& p : processes_) {
        const auto own_ns = read_cpu_ns(p.pid);
        const auto stat = read_stat(p.pid);
        out.push_back({own_ns.value_or(0), stat ? ticks_to_ns(stat->reaped_cpu_ticks) : 0});
    }
    return out;
}

std::vector<std::int64_t> system_under_test::pss_kib() const {
    std::vector<std::int64_t> out;
    for (const auto& p : processes_) out.push_back(read_pss_kib(p.pid).value_or(0));
    return out;
}

std::vector<std::vector<thread_use>> system_under_test::threads() const {
    std::vector<std::vector<thread_use>> out;
    for (const auto& p : processes_) out.push_back(read_threads(p.pid));
    return out;
}

std::vector<std::string> system_under_test::commands() const {
    const auto directory = directory_.path().string();
    std::vector<std::string> out;
    for (const auto& p : processes_) {
        auto text = read_command(p.pid);
        text.erase(0, text.rfind('/', text.find(' ')) + 1);
        for (auto at = text.find(directory); at != std::string::npos; at = text.find(directory))
            text.replace(at, directory.size(), "DIR");
        out.push_back(std::move(text));
    }
    return out;
}

}  // namespace cleave::compare
