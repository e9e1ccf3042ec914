// `cleave up` against fake children: shell scripts that speak the link's protocol.
#include <signal.h>
#include <sys/wait.h>

#include <fmt/format.h>
#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch.hpp>
#include <http/endpoint.hpp>
#include <optional>
#include <telemetry/log.hpp>
#include <topology/pidfd.hpp>
#include <topology/run_files.hpp>
#include <topology/supervisor.hpp>

#include "support.hpp"

using namespace cleave;
using namespace cleave::topology;
using namespace cleave::topology::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

using names = std::vector<std::string>;

// Notes its start and each line that it hears in files beside itself; $3 is the process's name.
const std::string notes_start = "#!/bin/sh\ncd ${0%/*}\nme=$3\necho $$ >> $me.pids\n";
const std::string says_ready = "echo ready >&$CLEAVE_SUPERVISOR_FD\n";
const std::string listens =
    "while read -r line <&$CLEAVE_SUPERVISOR_FD; do echo \"$line\" >> $me.heard; done\n";
const std::string notes_end = "trap 'echo $me >> ended; exit 0' TERM\n";
const std::string obedient = notes_start + notes_end + says_ready + listens;

// A directory with the fake binary and the data of the `up` under test.
struct place {
    explicit place(const std::string& script) {
        log::configure("test", log::level::error);
        write_script(directory / "fake", script);
    }

    supervisor_options options(const names& split_out = {"comments"}) const {
        auto layout = monolith(blog());
        split(layout, split_out);
        layout.listen = "127.0.0.1:0";
        layout.data = directory / "data";
        return {.layout = layout,
                .binary = directory / "fake",
                .restarts = {.first_delay = 1ms, .delay_max = 2ms, .failed_retry = 20ms}};
    }

    std::vector<pid_t> pids(const std::string& process) const {
        std::vector<pid_t> all;
        for (const auto& line : lines_of(directory / (process + ".pids")))
            all.push_back(std::stoi(line));
        return all;
    }
    names heard(const std::string& process) const {
        return lines_of(directory / (process + ".heard"));
    }
    names run_files() const {
        names all;
        for (const auto& entry : std::filesystem::directory_iterator(directory / "data/run"))
            all.push_back(entry.path().filename());
        return all;
    }

    temporary_directory directory;
};

// An `up` in this process.
struct running {
    explicit running(supervisor_options options) : up(threads, std::move(options)) {
        up.start([this] { stopped = true; });
    }
    ~running() { threads.context(0).stop(); }

    process_status of(const std::string& name) const {
        for (auto& p : up.status().processes)
            if (p.name == name) return p;
        return {};
    }
    bool all_ready() const {
        const auto now = up.status();
        return std::ranges::all_of(now.processes, &process_status::ready);
    }
    bool until(const std::function<bool()>& condition) {
        return run_until(threads.context(0), condition);
    }

    io_threads threads{1};
    supervisor up;
    bool stopped = false;
};

// An `up` in a process of its own, to be killed.
class forked_up {
public:
    explicit forked_up(const place& where, std::chrono::milliseconds patience = 60s) {
        pid_ = ::fork();
        if (pid_ == 0) {
            int code = 0;
            try {
                auto options = where.options();
                options.stop_patience = patience;
                supervise(std::move(options));
            } catch (const std::exception&) {
                code = 1;
            }
            ::_exit(code);
        }
    }
    ~forked_up() {
        if (pid_ > 0) end(SIGKILL);
    }

    void signal(int number) const { ::kill(pid_, number); }
    int wait() {
        int status = -1;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        return status;
    }
    int end(int number) {
        signal(number);
        return wait();
    }

private:
    pid_t pid_ = -1;
};

unique_fd pidfd_of(pid_t pid) {
    return unique_fd(::pidfd_open(pid, 0));
}

}  // namespace

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
        return !here.heard("main").empty() && here.heard("main").back() == "peer comments up" &&
               !here.heard("comments").empty() && here.heard("comments").back() == "peer main up";
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
        CHECK_FALSE(p.settings.internal.value_or(":0").ends_with(":0"));
        CHECK_FALSE(p.settings.ops.value_or(":0").ends_with(":0"));
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
    REQUIRE(now.until([&] { return here.heard("comments").back() == "peer main up"; }));
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
                     "while :; do\n" + listens + "done\n");
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
                 notes_start + says_ready + "echo ok > $me.heard; exec sleep 1000\n");
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
