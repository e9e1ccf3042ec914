// Asking what runs.
#include <sys/stat.h>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <contract/codec.hpp>
#include <http/endpoint.hpp>
#include <topology/run_files.hpp>
#include <topology/status.hpp>

#include "support.hpp"

using namespace cleave;
using namespace cleave::topology;
using namespace cleave::topology::test;
using Catch::Matchers::Contains;

namespace {

process_status process(std::string name, std::vector<std::string> modules) {
    return {.name = std::move(name),
            .pid = 42,
            .modules = std::move(modules),
            .state = process_state::ready,
            .ready = true,
            .internal = "127.0.0.1:7002"};
}

// Serves a status on DIR/run/<name>.sock.
struct answering {
    answering(const std::filesystem::path& data, const std::string& name, system_status status)
        : service([status] { return status; }),
          server(threads, listen_for_status(data, name), service) {
        server.start();
        threads.start();
    }
    ~answering() { threads.stop(); }

    io_threads threads{1};
    status_service service;
    http::server server;
};

unsigned mode_of(const std::filesystem::path& file) {
    struct stat info{};
    ::stat(file.c_str(), &info);
    return info.st_mode & 0777;
}

}  // namespace

TEST_CASE("a status survives the wire") {
    auto one = process("main", {"gateway", "users"});
    one.public_address = "127.0.0.1:8080";
    const system_status all{{one, process("comments", {"comments"})}};
    const auto read = decode<system_status>(encode(all));
    REQUIRE(read);
    CHECK(*read == all);
}

TEST_CASE("a status for people") {
    auto main = process("main", {"gateway", "users"});
    main.public_address = "127.0.0.1:8080";
    process_status comments{.name = "comments", .modules = {"comments"}, .restarts = 9};
    comments.state = process_state::failed;
    main.figures = process_figures{.requests = 7,
                                   .uptime_ms = 300'000,
                                   .memory_bytes = 5 << 20,
                                   .p50_us = 250,
                                   .p99_us = 2'500,
                                   .requests_per_s = 3};
    comments.role = instance_role::replica;
    CHECK(
        status_table({{main, comments}}) ==
        "PROCESS   PID  STATE   ROLE     RESTARTS  UPTIME  REQ/S  P50     P99     MEMORY  MODULES\n"
        "main      42   ready   owner    0         5 min   3      250 us  2.5 ms  5 MiB   gateway, "
        "users\n"
        "comments  -    failed  replica  9         -       -      -       -       -       "
        "comments\n");
    const auto wide = status_table({{main, comments}}, true);
    CHECK_THAT(wide, Contains("127.0.0.1:8080  127.0.0.1:7002  -    gateway, users\n"));
}

TEST_CASE("only GET /status is answered") {
    status_service service([] { return system_status{}; });
    http::request r;
    r.path = "/status";
    CHECK_FALSE(service.admit(r).refused);
    r.method = http::verb::post;
    REQUIRE(service.admit(r).refused);
    CHECK(service.admit(r).refused->status == 405);
    r.path = "/other";
    REQUIRE(service.admit(r).refused);
    CHECK(service.admit(r).refused->status == 404);
}

TEST_CASE("nothing runs where nobody answers, stale sockets or not") {
    const temporary_directory data;
    auto answer = fetch_status(data.path());
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == errc::not_executed);
    CHECK_THAT(answer.error().detail, Contains("nothing runs on " + data.path().string()));

    // Closed, but the files stay.
    listen_for_status(data.path(), "up");
    listen_for_status(data.path(), "main");
    REQUIRE(std::filesystem::exists(data / "run/main.sock"));
    answer = fetch_status(data.path());
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == errc::not_executed);
}

TEST_CASE("`up` answers for all") {
    const temporary_directory data;
    const system_status all{{process("main", {"gateway"}), process("comments", {"comments"})}};
    const answering up(data.path(), "up", all);
    const answering alone(data.path(), "stats", {{process("stats", {"stats"})}});
    const auto answer = fetch_status(data.path());
    REQUIRE(answer);
    CHECK(*answer == all);
}

TEST_CASE("without `up` every process answers for itself") {
    const temporary_directory data;
    listen_for_status(data.path(), "up");
    listen_for_status(data.path(), "notes");
    const answering one(data.path(), "comments", {{process("comments", {"comments"})}});
    const answering two(data.path(), "main", {{process("main", {"gateway", "users"})}});
    const auto answer = fetch_status(data.path());
    REQUIRE(answer);
    CHECK(*answer == system_status{{process("main", {"gateway", "users"}),
                                    process("comments", {"comments"})}});
}

TEST_CASE("a process that listens but does not answer is shown as down") {
    const temporary_directory data;
    const auto silent = listen_for_status(data.path(), "posts");
    const auto answer = fetch_status(data.path());
    REQUIRE(answer);
    REQUIRE(answer->processes.size() == 1);
    CHECK(answer->processes[0].name == "posts");
    CHECK(answer->processes[0].state == process_state::down);
}

TEST_CASE("an `up` that does not answer is not taken for one that is not there") {
    const temporary_directory data;
    const auto silent = listen_for_status(data.path(), "up");
    const auto answer = fetch_status(data.path());
    REQUIRE_FALSE(answer);
    CHECK_THAT(answer.error().detail, Contains("does not answer"));
}

TEST_CASE("status sockets are out of reach for others") {
    const temporary_directory data;
    const auto listener = listen_for_status(data.path(), "up");
    CHECK(mode_of(data / "run") == 0700);
    CHECK(mode_of(data / "run/up.sock") == 0600);
}

TEST_CASE("a data directory that is too deep for a Unix socket is refused with the limit") {
    const std::filesystem::path deep = "/tmp/" + std::string(85, 'd');
    CHECK(socket_path(deep, "main").native().size() == 107 - 3);
    CHECK_THAT(refusal([&] { socket_path(deep, "comments"); }),
               Contains("has 108 bytes") && Contains("at most 107"));
}

TEST_CASE("a file is replaced whole") {
    const temporary_directory directory;
    write_atomically(directory / "file", "one");
    write_atomically(directory / "file", "two");
    CHECK(read_file(directory / "file") == "two");
    CHECK_FALSE(std::filesystem::exists(directory / "file.new"));
}
