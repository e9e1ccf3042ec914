#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <compare/cores.hpp>
#include <compare/system_under_test.hpp>
#include <fstream>
#include <support/scratch_folder.hpp>
#include <thread>

using namespace cleave::compare;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const std::atomic<bool> go_on = false;

// Stands in for the program: what `up` does is a line of shell.
struct stand_in {
    cleave::test::scratch_folder scratch;
    const fs::path& folder = scratch.path();
    fs::path binary = folder / "program";

    explicit stand_in(const char* script) {
        std::ofstream(binary) << "#!/bin/sh\n" << script << "\n";
        fs::permissions(binary, fs::perms::owner_all);
    }

    launch how() const {
        return {.binary = binary,
                .arguments = {"--split", "all"},
                .scratch = folder,
                .cores = {usable_cores().front()},
                .stop_patience = 200ms};
    }
    bool is_clean() const { return std::distance(fs::directory_iterator(folder), {}) == 1; }
};

void wait_for_processes(system_under_test& system, std::size_t count) {
    const auto gives_up = std::chrono::steady_clock::now() + 30s;
    while (system.processes().size() < count) {
        REQUIRE(std::chrono::steady_clock::now() < gives_up);
        std::this_thread::yield();
        system.find_processes();
    }
}

void wait_for_command(const system_under_test& system, const std::string& wanted) {
    const auto gives_up = std::chrono::steady_clock::now() + 30s;
    while (system.commands().front() != wanted) {
        REQUIRE(std::chrono::steady_clock::now() < gives_up);
        std::this_thread::yield();
    }
}

bool is_gone(const process_stat& p) {
    const auto now = read_stat(p.pid);
    return !now || now->start_ticks != p.start_ticks || now->state == 'Z';
}

// A killed process that is not ours to wait for needs a moment.
void wait_until_gone(const process_stat& p) {
    const auto gives_up = std::chrono::steady_clock::now() + 30s;
    while (!is_gone(p)) {
        REQUIRE(std::chrono::steady_clock::now() < gives_up);
        std::this_thread::yield();
    }
}

}  // namespace

TEST_CASE("a program that ends too early is quoted") {
    const stand_in program("echo \"no such luck: $@\"; exit 3");
    {
        system_under_test system(program.how());
        CHECK_THROWS_WITH(system.wait_until_ready(go_on),
                          Catch::Contains("no such luck: up --data") &&
                              Catch::Contains("--listen 127.0.0.1:") &&
                              Catch::Contains("--split all"));
    }
    CHECK(program.is_clean());
}

TEST_CASE("a program that cannot be started is an end, too") {
    stand_in program("exit 0");
    fs::permissions(program.binary, fs::perms::owner_read);
    system_under_test system(program.how());
    CHECK_THROWS_AS(system.wait_until_ready(go_on), start_failed);
}

TEST_CASE("waiting ends when it is to stop") {
    const stand_in program("exec sleep 1000");
    const std::atomic<bool> stop = true;
    std::vector<process_stat> all;
    {
        system_under_test system(program.how());
        CHECK_THROWS_WITH(system.wait_until_ready(stop), "stopped");
        wait_for_processes(system, 1);
        all = system.processes();
    }
    for (const auto& p : all) CHECK(is_gone(p));
    CHECK(program.is_clean());
}

TEST_CASE("what SIGTERM ends has ended in good order") {
    const stand_in program("exec sleep 1000");
    system_under_test system(program.how());
    wait_for_processes(system, 1);
    wait_for_command(system, "sleep 1000");
    CHECK(system.stop());
    CHECK(system.stop());
}

TEST_CASE("what ignores SIGTERM is killed, with its children") {
    const stand_in program("trap '' TERM; sleep 1000 & sleep 1000 & wait");
    std::vector<process_stat> all;
    {
        system_under_test system(program.how());
        wait_for_processes(system, 3);
        all = system.processes();
        CHECK(system.cpu_times().size() == all.size());
        CHECK(system.pss_kib().size() == all.size());
        CHECK_FALSE(system.stop());
    }
    CHECK(all.front().parent == ::getpid());
    for (const auto& p : all) wait_until_gone(p);
    CHECK(program.is_clean());
}

TEST_CASE("a process that ends is noticed") {
    const stand_in program("sleep 1000 & wait; exec sleep 1000");
    system_under_test system(program.how());
    wait_for_processes(system, 2);
    const auto child = system.processes().back();
    CHECK(system.find_processes());
    ::kill(child.pid, SIGKILL);
    wait_until_gone(child);
    const auto gives_up = std::chrono::steady_clock::now() + 30s;
    bool unchanged = true;
    while (unchanged && std::chrono::steady_clock::now() < gives_up)
        unchanged = system.find_processes();
    CHECK_FALSE(unchanged);
    CHECK(system.processes().size() == 1);
}
