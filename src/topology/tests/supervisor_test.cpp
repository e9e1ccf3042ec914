// How `up` starts processes, watches them and starts them again.
#include <fmt/format.h>
#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch.hpp>
#include <http/endpoint.hpp>

#include "fake_children.hpp"

using namespace cleave;
using namespace cleave::topology;
using namespace cleave::topology::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

TEST_CASE("every process is started, told of the others, and shown") {
    const place here(obedient);
    running now(here.options());
    REQUIRE(now.until([&] { return now.all_ready(); }));

    const auto status = now.up.status();
    REQUIRE(status.processes.size() == 2);
    const auto &main = status.processes[0], &comments = status.processes[1];
    CHECK(main.name == "main");
    CHECK(main.modules == names{"gateway", "users", "posts", "notes"});
    CHECK(main.state == process_state::ready);
    CHECK(main.restarts == 0);
    CHECK(main.public_address == now.up.effective().listen);
    CHECK(comments.modules == names{"comments"});
    CHECK_FALSE(comments.public_address);
    CHECK(here.pids("comments") == std::vector<pid_t>{static_cast<pid_t>(comments.pid)});

    // Both heard the whole state at their start, and each change since.
    REQUIRE(now.until([&] {
        return here.last_heard("main") == "peer comments up" &&
               here.last_heard("comments") == "peer main up";
    }));
}

TEST_CASE("children read the topology with the addresses that the sockets really have") {
    const place here(obedient);
    running now(here.options());
    const auto written = load(here.directory / "data/run/topology.toml", blog());
    CHECK(written == now.up.effective());
    CHECK_FALSE(written.listen.ends_with(":0"));
    CHECK(written.data.is_absolute());
    for (const auto& p : written.processes()) {
        REQUIRE(p.settings.internal.size() == 1);
        CHECK_FALSE(p.settings.internal.front().ends_with(":0"));
        REQUIRE(p.settings.ops.size() == 1);
        CHECK_FALSE(p.settings.ops.front().ends_with(":0"));
    }
}

TEST_CASE("a child gets its name, the topology, further arguments and its sockets") {
    const place here(notes_start + "echo \"$*\" > $me.args\necho $LISTEN_FDNAMES > $me.names\n" +
                     says_ready + listens);
    auto options = here.options();
    options.child_args = {"--verbose"};
    running now(std::move(options));
    REQUIRE(now.until([&] { return now.all_ready(); }));
    const auto file = (here.directory / "data/run/topology.toml").string();
    CHECK(lines_of(here.directory / "comments.args") ==
          names{"serve --process comments --config " + file + " --verbose"});
    CHECK(lines_of(here.directory / "comments.names") == names{"internal:ops"});
    CHECK(lines_of(here.directory / "main.names") == names{"internal:ops:public"});
}

TEST_CASE("a process that is killed is started again at once, and its peers are told") {
    const place here(obedient);
    running now(here.options());
    REQUIRE(now.until([&] { return now.all_ready(); }));
    const auto first = now.of("comments").pid;
    REQUIRE(now.until([&] { return here.heard("main").size() == 2; }));

    ::kill(static_cast<pid_t>(first), SIGKILL);
    REQUIRE(now.until([&] { return now.of("comments").restarts == 1 && now.all_ready(); }));
    CHECK(now.of("comments").pid != first);
    REQUIRE(now.until([&] { return here.heard("main").size() == 4; }));
    CHECK(here.heard("main") == names{"peer comments down", "peer comments up",
                                      "peer comments down", "peer comments up"});
    // The restarted one hears at its start that the other is there.
    REQUIRE(now.until([&] { return here.last_heard("comments") == "peer main up"; }));
}

TEST_CASE("connections are accepted by the kernel while no process is there to answer") {
    const place here(notes_start + "exit 1\n");
    auto options = here.options();
    options.restarts = {.early_exits_max = 1, .failed_retry = 1h};
    running now(std::move(options));
    REQUIRE(now.until([&] { return now.of("main").state == process_state::failed; }));
    asio::ip::tcp::socket socket(now.threads.context(0));
    const auto listen = now.up.effective().listen;
    const auto port = static_cast<std::uint16_t>(std::stoi(listen.substr(listen.find(':') + 1)));
    boost::system::error_code ec;
    socket.connect({asio::ip::address_v4::loopback(), port}, ec);
    CHECK_FALSE(ec);
}

TEST_CASE("ten exits in a row before ready are a failure, which is tried again and can be cured") {
    const place here(notes_start + "[ -e cured ] || exit 3\n" + says_ready + listens);
    running now(here.options());
    REQUIRE(now.until([&] { return now.of("comments").state == process_state::failed; }));
    CHECK(now.of("comments").pid == 0);
    CHECK(now.of("comments").restarts == 9);
    REQUIRE(now.until([&] { return now.of("comments").restarts >= 11; }));
    write_file(here.directory / "cured", "");
    REQUIRE(now.until([&] { return now.all_ready(); }));
}

TEST_CASE("a binary that is not there is a process that does not start") {
    const place here(obedient);
    auto options = here.options();
    options.binary = here.directory / "missing";
    options.restarts = {.early_exits_max = 1, .failed_retry = 1h};
    running now(std::move(options));
    REQUIRE(now.until([&] { return now.of("main").state == process_state::failed; }));
    now.up.stop();
    REQUIRE(now.until([&] { return now.stopped; }));
}

TEST_CASE("a second `up` on the same directory is refused with the first one's pid") {
    const place here(obedient);
    {
        running now(here.options());
        io_threads threads(1);
        CHECK_THAT(refusal([&] { supervisor second(threads, here.options()); }),
                   Contains(fmt::format("already runs on {} (pid {})",
                                        (here.directory / "data").string(), ::getpid())));
        // The refusal has not harmed the first one's files.
        CHECK(here.run_files().size() == 3);
    }
    running again(here.options());
}

TEST_CASE("a port that is taken is named, with what to change") {
    const place here(obedient);
    const auto taken = http::listen_on(http::parse_endpoint("127.0.0.1:0"));
    auto options = here.options();
    options.layout.listen = http::to_string(http::local_endpoint(taken.get()));
    io_threads threads(1);
    CHECK_THAT(refusal([&] { supervisor up(threads, std::move(options)); }),
               Contains("cannot listen on " + options.layout.listen) && Contains("--listen"));
    CHECK(here.run_files().empty());
}

TEST_CASE("an inherited public listener is passed on") {
    const place here(obedient);
    auto options = here.options();
    auto socket = http::listen_on(http::parse_endpoint("127.0.0.1:0"));
    const auto address = http::to_string(http::local_endpoint(socket.get()));
    options.inherited.emplace("public", std::move(socket));
    options.layout.listen = "127.0.0.1:1";  // not looked at
    io_threads threads(1);
    const supervisor up(threads, std::move(options));
    CHECK(up.effective().listen == address);
}

TEST_CASE("what a process writes to its stderr is told line by line, its last words too") {
    const place here(notes_start + "echo \"$me: first\" >&2\nprintf 'in ' >&2\necho pieces >&2\n" +
                     says_ready +
                     "read -r line <&$CLEAVE_SUPERVISOR_FD\nprintf 'without an end' >&2\n"
                     "kill -9 $$\n");
    std::map<std::string, names> told;
    auto options = here.options();
    options.on_output = [&told](const std::string& process, std::string_view line) {
        told[process].emplace_back(line);
    };
    running now(std::move(options));
    const names once{"comments: first", "in pieces", "without an end"};
    REQUIRE(now.until([&] { return told["comments"].size() >= once.size(); }));
    CHECK(names(told["comments"].begin(), told["comments"].begin() + 3) == once);
    REQUIRE(now.until([&] { return !told["main"].empty(); }));
    CHECK(told["main"].front() == "main: first");
}
