// How `up` ends, one way or another, and that it leaves nothing behind.
#include <catch2/catch.hpp>

#include "fake_children.hpp"

using namespace cleave;
using namespace cleave::topology;
using namespace cleave::topology::test;
using namespace std::chrono_literals;

TEST_CASE("stopping ends the gateway's process first and leaves nothing behind") {
    const place here(obedient);
    running now(here.options({"all"}));
    REQUIRE(now.until([&] { return now.all_ready(); }));
    std::vector<unique_fd> children;
    for (const auto& p : now.up.status().processes)
        children.push_back(pidfd_of(static_cast<pid_t>(p.pid)));
    now.up.stop();
    REQUIRE(now.until([&] { return now.stopped; }));
    for (const auto& child : children) CHECK(ends(child.get()));
    const auto ended = lines_of(here.directory / "ended");
    REQUIRE(ended.size() == 5);
    CHECK(ended.front() == "gateway");
    CHECK(here.run_files().empty());
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("what does not end in time is killed") {
    const place here(notes_start + "trap '' TERM\n" + says_ready + listens);
    auto options = here.options();
    options.stop_patience = 10ms;
    running now(std::move(options));
    REQUIRE(now.until([&] { return now.all_ready(); }));
    now.up.stop();
    REQUIRE(now.until([&] { return now.stopped; }));
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("stopping does not wait for a process that waits for its next start") {
    const place here(notes_start + "exit 1\n");
    auto options = here.options();
    options.restarts = {.early_exits_max = 1, .failed_retry = 1h};
    running now(std::move(options));
    REQUIRE(now.until([&] { return now.of("main").state == process_state::failed; }));
    now.up.stop();
    REQUIRE(now.until([&] { return now.stopped; }));
}

TEST_CASE("a supervisor that is destroyed takes its children and files with it") {
    const place here(obedient);
    std::vector<unique_fd> children;
    {
        running now(here.options());
        REQUIRE(now.until([&] { return now.all_ready(); }));
        for (const auto& p : now.up.status().processes)
            children.push_back(pidfd_of(static_cast<pid_t>(p.pid)));
    }
    for (const auto& child : children) CHECK(ends(child.get()));
    CHECK(here.run_files().empty());
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("SIGTERM to `up` stops everything") {
    const place here(obedient);
    forked_up up(here);
    REQUIRE(wait_until([&] { return here.heard("main").size() == 2; }));
    const auto child = pidfd_of(here.pids("comments").front());
    CHECK(up.end(SIGTERM) == 0);
    CHECK(ends(child.get()));
    CHECK(lines_of(here.directory / "ended") == names{"main", "comments"});
    CHECK(here.run_files().empty());
}

TEST_CASE("a second Ctrl-C kills at once") {
    const place here(notes_start + "trap 'echo $me >> asked' TERM\n" + says_ready +
                     "while kill -0 $PPID; do\n" + listens + "done\n");
    forked_up up(here);
    REQUIRE(wait_until([&] { return here.heard("main").size() == 2; }));
    const auto child = pidfd_of(here.pids("comments").front());
    up.signal(SIGINT);
    REQUIRE(wait_until([&] { return lines_of(here.directory / "asked") == names{"main"}; }));
    CHECK(up.end(SIGINT) == 0);
    CHECK(ends(child.get()));
    CHECK(here.run_files().empty());
}

TEST_CASE("when `up` is killed no child stays") {
    // One that only looks at its link, one that only obeys the signal of its parent's death.
    const std::string script =
        GENERATE(as<std::string>(), notes_start + "trap '' TERM\n" + says_ready + listens,
                 notes_start + says_ready + "echo ok > $me.heard; exec sleep 60\n");
    const place here(script);
    forked_up up(here);
    REQUIRE(
        wait_until([&] { return !here.heard("main").empty() && !here.heard("comments").empty(); }));
    const auto main = pidfd_of(here.pids("main").front()),
               comments = pidfd_of(here.pids("comments").front());
    up.end(SIGKILL);
    CHECK(ends(main.get()));
    CHECK(ends(comments.get()));

    // What it left in DIR/run does not stop the next one.
    write_script(here.directory / "fake", obedient);
    running next(here.options());
    CHECK(next.until([&] { return next.all_ready(); }));
}
