// Listening sockets and nothing else reach a child, through a real fork and exec.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <catch2/catch.hpp>
#include <http/endpoint.hpp>
#include <system_error>
#include <topology/handover.hpp>
#include <topology/spawn.hpp>
#include <topology/supervisor_link.hpp>

#include "support.hpp"

using namespace cleave;
using namespace cleave::topology;
using namespace cleave::topology::test;
using Catch::Matchers::Contains;

namespace {

unique_fd listener() {
    return http::listen_on(http::parse_endpoint("127.0.0.1:0"));
}

std::string socket_name(int fd) {
    struct stat info{};
    ::fstat(fd, &info);
    return fmt::format("socket:[{}]", info.st_ino);
}

// What a shell started by spawn() writes to $1 in the end.
std::vector<std::string> shell_says(child_command command, const std::string& script) {
    const temporary_directory directory;
    const auto out = directory / "out";
    command.binary = "/bin/sh";
    command.args = {"-c", script, "sh", out.string()};
    const auto child = spawn(command);
    REQUIRE(ends(child.pidfd.get()));
    ::waitpid(child.pid, nullptr, 0);
    return lines_of(out);
}

// take_inherited() in a process that was handed these sockets as systemd would.
std::string taken_in_child(const std::vector<int>& fds, const char* names) {
    return in_child([&] {
        for (std::size_t i = 0; i < fds.size(); ++i) {
            const int above = ::fcntl(fds[i], F_DUPFD, 50);
            ::dup2(above, first_inherited_fd + static_cast<int>(i));
        }
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", std::to_string(fds.size()).c_str(), 1);
        if (names != nullptr) ::setenv("LISTEN_FDNAMES", names, 1);
        std::string said;
        for (const auto& [name, fd] : take_inherited())
            said += fmt::format("{}={}{}{} ", name, fd.get(),
                                ::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC ? " cloexec" : "",
                                ::fcntl(fd.get(), F_GETFL) & O_NONBLOCK ? " nonblock" : "");
        for (const auto* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
            if (::getenv(name) != nullptr) said += "left in the environment";
        return said;
    });
}

}  // namespace

TEST_CASE("a child gets the listeners it is handed, as sd_listen_fds(3) says") {
    const auto one = listener(), two = listener();
    const auto [ours, theirs] = make_link();
    const auto said = shell_says(
        {.listeners = {{"public", two.get()}, {"ops", one.get()}}, .supervisor_fd = theirs.get()},
        "{ echo $LISTEN_FDS $LISTEN_FDNAMES $CLEAVE_SUPERVISOR_FD\n"
        "test $LISTEN_PID = $$ && echo mine\n"
        "readlink /proc/$$/fd/3 /proc/$$/fd/4 /proc/$$/fd/5; } > $1");
    REQUIRE(said.size() == 5);
    CHECK(said[0] == "2 public:ops 5");
    CHECK(said[1] == "mine");
    CHECK(said[2] == socket_name(two.get()));
    CHECK(said[3] == socket_name(one.get()));
    CHECK(said[4] == socket_name(theirs.get()));
}

TEST_CASE("a child gets no other descriptor or variable") {
    const unique_fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const unique_fd leaky(::fcntl(null.get(), F_DUPFD, 20));  // not closed on exec
    const auto one = listener();
    ::setenv("LISTEN_FDNAMES", "stale", 1);
    ::setenv("CLEAVE_SUPERVISOR_FD", "77", 1);
    const auto said =
        shell_says({.listeners = {{"internal", one.get()}}},
                   "{ for f in /proc/$$/fd/*; do test -e $f && printf '%s ' ${f##*/}; done\n"
                   "echo\n"
                   "readlink /proc/$$/fd/0\n"
                   "echo $LISTEN_FDNAMES ${CLEAVE_SUPERVISOR_FD-unset}; } > $1");
    ::unsetenv("LISTEN_FDNAMES");
    ::unsetenv("CLEAVE_SUPERVISOR_FD");
    REQUIRE(said.size() == 3);
    // The shell itself keeps its stdout at 10 while the braces are redirected.
    CHECK_THAT(said[0], Catch::Matches("0 1 (10 )?2 3 "));
    CHECK(said[1] == "/dev/null");
    CHECK(said[2] == "internal unset");
}

TEST_CASE("a child gets no signal that is blocked or ignored") {
    const temporary_directory directory;
    const auto before = ::signal(SIGPIPE, SIG_IGN);
    sigset_t blocked, old;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &blocked, &old);
    // No shell: that one would clear the mask itself.
    const auto child = spawn(
        {.binary = "/bin/cp", .args = {"/proc/self/status", (directory / "status").string()}});
    ::sigprocmask(SIG_SETMASK, &old, nullptr);
    ::signal(SIGPIPE, before);
    REQUIRE(ends(child.pidfd.get()));
    ::waitpid(child.pid, nullptr, 0);
    const auto status = read_file(directory / "status");
    CHECK_THAT(status, Contains("SigBlk:\t0000000000000000"));
    CHECK_THAT(status, Contains("SigIgn:\t0000000000000000"));
}

TEST_CASE("a binary that cannot be started is an error in the parent") {
    try {
        spawn({.binary = "/nowhere/cleave"});
        FAIL("started");
    } catch (const std::system_error& e) {
        CHECK(e.code() == std::errc::no_such_file_or_directory);
        CHECK_THAT(e.what(), Contains("cannot start /nowhere/cleave"));
    }
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // nothing left to reap
}

TEST_CASE("inherited listeners are taken by name, once") {
    const auto one = listener(), two = listener();
    CHECK(taken_in_child({one.get(), two.get()}, "public:ops") ==
          "ops=4 cloexec nonblock public=3 cloexec nonblock ");
    CHECK(take_inherited().empty());
}

TEST_CASE("a single socket of a systemd unit is the public one whatever its name") {
    const auto one = listener();
    CHECK(taken_in_child({one.get()}, "cleave.socket") == "public=3 cloexec nonblock ");
    CHECK(taken_in_child({one.get()}, nullptr) == "public=3 cloexec nonblock ");
    CHECK(taken_in_child({one.get()}, "internal") == "internal=3 cloexec nonblock ");
}

TEST_CASE("what cannot be right about inherited sockets is said") {
    const auto one = listener(), two = listener();
    CHECK_THAT(taken_in_child({one.get(), two.get()}, nullptr), Contains("FileDescriptorName="));
    CHECK_THAT(taken_in_child({one.get(), two.get()}, "ops:ops"),
               Contains("two inherited sockets are named ops"));
    const auto [a, b] = make_link();
    CHECK_THAT(taken_in_child({a.get()}, "public"), Contains("does not listen"));
}

TEST_CASE("sockets that were handed to another process are not taken") {
    CHECK(in_child([] {
              ::setenv("LISTEN_PID", "1", 1);
              ::setenv("LISTEN_FDS", "1", 1);
              return std::to_string(take_inherited().size()) +
                     (::getenv("LISTEN_FDS") != nullptr ? " left" : "");
          }) == "0");
}

TEST_CASE("the supervisor's socket is taken from the environment, once") {
    CHECK_FALSE(take_inherited_link());
    const auto [ours, theirs] = make_link();
    CHECK(in_child([fd = theirs.get()] {
              ::setenv("CLEAVE_SUPERVISOR_FD", std::to_string(fd).c_str(), 1);
              auto taken = take_inherited_link();
              const bool right = taken.get() == fd && !take_inherited_link();
              taken.release();
              return std::string(right ? "taken" : "wrong");
          }) == "taken");
    for (const auto* bad : {"", "x", "2", "9999", "7x"})
        CHECK_THAT(in_child([bad] {
                       ::setenv("CLEAVE_SUPERVISOR_FD", bad, 1);
                       take_inherited_link();
                       return std::string("accepted");
                   }),
                   Contains("threw: CLEAVE_SUPERVISOR_FD is"));
}
