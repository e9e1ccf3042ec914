#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <compare/cores.hpp>
#include <compare/mode.hpp>
#include <compare/proc.hpp>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <semaphore>
#include <stdexcept>
#include <support/scratch_folder.hpp>
#include <thread>

using namespace cleave::compare;

TEST_CASE("a process's line is read by its fields, whatever its name is") {
    const auto found = parse_stat(
        "4711 (a) R 1 (b)) S 4700 4711 4711 0 -1 4194560 1301 20 0 0 150 50 30 7 20 0 6 0 987654 "
        "123456789 2048 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n");
    REQUIRE(found);
    CHECK(*found == process_stat{.pid = 4711,
                                 .parent = 4700,
                                 .state = 'S',
                                 .cpu_ticks = 200,
                                 .reaped_cpu_ticks = 37,
                                 .threads = 6,
                                 .start_ticks = 987654});
    for (const char* bad :
         {"", "4711", "4711 (cleave", "x (y) S 1", "1 (cleave) S 1 2 3", "(a) S 1"})
        CHECK_FALSE(parse_stat(bad));
}

TEST_CASE("PSS is the sum line, not one of its parts") {
    CHECK(parse_pss_kib("55d0c0000000-7ffd00000000 ---p 00000000 00:00 0    [rollup]\n"
                        "Rss:               21340 kB\n"
                        "Pss:               10423 kB\n"
                        "Pss_Anon:           9000 kB\n") == 10423);
    CHECK_FALSE(parse_pss_kib("Rss: 1 kB\nPss_Anon: 9000 kB\n"));
    CHECK_FALSE(parse_pss_kib(""));
}

TEST_CASE("a core is busy when it is not idle, whoever it works for") {
    const std::string_view text =
        "cpu  1111 2222 3333 4444 5555 6666 7777 8888 0 0\n"
        "cpu0 1 20 300 4000 50000 600000 7000000 80000000 5 5\n"
        "cpu1 2 0 0 900 0 0 0 0 0 0\ncpu10 5 0 0 0 0 0 0 0 0 0\nintr 1 2\n";
    CHECK(parse_busy_ticks(text, {0}) == 87600321);
    CHECK(parse_busy_ticks(text, {1}) == 2);
    CHECK(parse_busy_ticks(text, {1, 10}) == 7);
    CHECK(parse_busy_ticks(text, {7}) == 0);
    CHECK(read_busy_ns(usable_cores()) > 0);
}

TEST_CASE("a family is a process and all that came from it") {
    const auto p = [](pid_t pid, pid_t parent) {
        return process_stat{.pid = pid, .parent = parent};
    };
    const auto found =
        family_in({p(1, 0), p(30, 20), p(10, 1), p(20, 10), p(40, 1), p(21, 10)}, 10);
    std::vector<pid_t> pids;
    for (const auto& one : found) pids.push_back(one.pid);
    CHECK(pids == std::vector<pid_t>{10, 20, 21, 30});
    CHECK(family_in({p(1, 0)}, 10).empty());
}

TEST_CASE("this process is found, with the CPU it used and its memory") {
    const auto mine = family_of(::getpid());
    REQUIRE_FALSE(mine.empty());
    CHECK(mine.front().pid == ::getpid());
    CHECK(mine.front().parent == ::getppid());
    CHECK(mine.front().threads >= 1);
    CHECK(read_pss_kib(::getpid()).value_or(0) > 0);
    CHECK(read_command(::getpid()).find("test_compare") != std::string::npos);
    const auto before = read_cpu_ns(::getpid());
    while (std::clock() < before.value_or(0) / 1'000 + 2'000) {
    }
    CHECK(read_cpu_ns(::getpid()).value_or(0) > before.value_or(0));
    CHECK_FALSE(read_stat(-1));
}

namespace {

void use_some_ticks() {
    const auto used_ns = [] {
        timespec now{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
    };
    const auto until = used_ns() + ticks_to_ns(3);
    while (used_ns() < until) {
    }
}

}  // namespace

TEST_CASE("what a thread used is found by its name") {
    const std::string name = "write nothing";
    // Two threads that hand a turn to each other.
    std::binary_semaphore mine{0}, others{0};
    constexpr int turns = 20;
    std::jthread other([&] {
        ::pthread_setname_np(::pthread_self(), name.c_str());
        for (int i = 0; i < turns; ++i) {
            others.acquire();
            if (i == 1) use_some_ticks();
            mine.release();
        }
    });
    const auto hand_over = [&] {
        others.release();
        mine.acquire();
    };
    const auto of_the_other = [&] {
        const auto all = read_threads(::getpid());
        const auto found = std::ranges::find(all, name, &thread_use::name);
        return found == all.end() ? thread_use() : *found;
    };
    hand_over();
    const auto before = of_the_other();
    for (int i = 2; i < turns; ++i) hand_over();
    const auto after = of_the_other();
    hand_over();
    CHECK(before.id != 0);
    CHECK(after.id == before.id);
    CHECK(after.switches > before.switches);
    CHECK(after.cpu_ns > before.cpu_ns);
    CHECK(read_threads(-1).empty());
}

TEST_CASE("bytes on the loopback interface are counted") {
    CHECK(read_loopback_bytes() > 0);
}

TEST_CASE("the generator gets a core to itself where there are two") {
    const auto two = plan_cores({0, 1});
    CHECK(two.system == std::vector<int>{0});
    CHECK(two.generator == std::vector<int>{1});
    CHECK(two.are_apart());
    CHECK(plan_cores({2, 3, 5, 7}).system == std::vector<int>{2, 3, 5});
    CHECK_FALSE(plan_cores({4}).are_apart());
}

TEST_CASE("a thread is pinned, and free again") {
    const auto before = usable_cores();
    REQUIRE_FALSE(before.empty());
    {
        const pinned here({before.front()});
        CHECK(usable_cores() == std::vector<int>{before.front()});
    }
    CHECK(usable_cores() == before);
}

TEST_CASE("cores are listed as the kernel does") {
    CHECK(to_list({0, 1, 2, 5}) == "0-2,5");
    CHECK(to_list({3}) == "3");
    CHECK(to_list({}).empty());
    CHECK(parse_line("processor\t: 0\nmodel name\t: A CPU\nmodel name\t: Another\n",
                     "model name") == "A CPU");
}

TEST_CASE("modes are told to `cleave up` in its own words") {
    using words = std::vector<std::string>;
    CHECK(parse_mode("monolith").arguments.empty());
    CHECK(parse_mode("split").arguments == words{"--split", "all"});
    CHECK(parse_mode("split:comments,stats").arguments == words{"--split", "comments,stats"});
    const cleave::test::scratch_folder scratch;
    const auto& folder = scratch.path();
    std::ofstream(folder / "grouped.toml") << "\n";
    const auto grouped = parse_mode((folder / "grouped.toml").string());
    CHECK(grouped == mode{"grouped", {"--config", folder / "grouped.toml"}});
    for (const char* bad : {"", "splitt", "split:", "no-such-file.toml"})
        CHECK_THROWS_AS(parse_mode(bad), std::invalid_argument);
}
