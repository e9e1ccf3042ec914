// Processes that are another program: how the file names them, and how `up` starts and watches
// them.
#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <http/call_service.hpp>
#include <http/endpoint.hpp>
#include <http/openapi_routes.hpp>
#include <optional>

#include "fake_children.hpp"

using namespace cleave;
using namespace cleave::topology;
using namespace cleave::topology::test;
using Catch::Matchers::Contains;

namespace {

const std::string placement =
    "[placement]\ngateway = \"main\"\nusers = \"main\"\nposts = \"main\"\n"
    "comments = \"talk\"\nnotes = \"main\"\n[processes.talk]\n";

std::string refused(const std::string& lines) {
    return refusal([&] { parse(placement + lines, "blog.toml", blog()); });
}

const internal_key key{3};

// What any other program is to `up`: something that gives its document, sealed.
class other_program {
public:
    other_program() : fd_(http::listen_on(http::parse_endpoint("127.0.0.1:0"))) {
        address = http::to_string(http::local_endpoint(fd_.get()));
        http::route document;
        document.path = std::string(http::openapi_target);
        document.access = http::policy::anyone;
        document.handler = [](http::request&) -> async<http::response> {
            http::response out;
            out.body = "{}";
            co_return out;
        };
        routes_.add("comments", {document});
        server_.emplace(threads_, std::move(fd_), calls_);
        threads_.start();
        server_->start();
    }
    ~other_program() { stop(); }

    void stop() {
        if (!server_) return;
        std::promise<void> done;
        server_->drain(std::chrono::milliseconds(0), [&done] { done.set_value(); });
        done.get_future().wait();
        server_.reset();
    }

    std::string address;

private:
    unique_fd fd_;
    io_threads threads_{1};
    http::credentials who_{key, &system_clock()};
    http::call_service::services none_;
    http::route_table routes_;
    http::call_service calls_{none_, routes_, who_};
    std::optional<http::server> server_;
};

supervisor_options with_foreign(const place& here, process_settings settings) {
    auto options = here.options();
    settings.foreign = true;
    options.layout.settings["comments"] = std::move(settings);
    options.key_file = here.directory / "key";
    options.credentials = {key, &system_clock()};
    return options;
}

}  // namespace

TEST_CASE("a process with a url is another program, and is written down as one") {
    const auto t = parse(placement + "url = \"http://127.0.0.1:9000\"\n", "blog.toml", blog());
    const auto talk = t.process("talk");
    CHECK(talk.settings.foreign);
    CHECK(talk.settings.internal == names{"127.0.0.1:9000"});
    CHECK_FALSE(talk.is_supervised());
    CHECK_THAT(cleave::topology::describe(t),
               Contains("another program, at http://127.0.0.1:9000, started elsewhere"));

    const auto started =
        parse(placement + "url = \"http://127.0.0.1:0\"\ncommand = [\"node\", \"a \\\"b\\\"\"]\n",
              "blog.toml", blog());
    CHECK(started.process("talk").is_supervised());
    CHECK(started.process("talk").settings.command == names{"node", "a \"b\""});
    for (const auto& each : {t, started}) CHECK(parse(to_toml(each), "it", blog()) == each);
    CHECK(difference(t, started) == names{"talk.url: http://127.0.0.1:9000 -> http://127.0.0.1:0",
                                          "talk.internal: 127.0.0.1:9000 -> 127.0.0.1:0",
                                          "talk.command: [] -> [node, a \"b\"]"});
}

TEST_CASE("what another program cannot have is refused with its line") {
    for (const std::string url : {"127.0.0.1:9000", "https://127.0.0.1:9000",
                                  "http://127.0.0.1:9000/api", "http://nowhere", "http://"}) {
        INFO(url);
        CHECK_THAT(refused("url = \"" + url + "\"\n"), Contains("blog.toml:8: \"url\""));
    }
    const std::string url = "url = \"http://127.0.0.1:9000\"\n";
    for (const std::string line : {"internal = \"127.0.0.1:1\"\n", "ops = \"127.0.0.1:1\"\n",
                                   "threads = 1\n", "replicas = 2\n", "supervised = false\n"})
        CHECK_THAT(refused(url + line), Contains("is for a process of this program"));
    CHECK_THAT(refused("url = \"http://127.0.0.1:0\"\n"), Contains("needs the program's port"));
    CHECK_THAT(refused("command = [\"node\"]\n"), Contains("say where it listens"));
    CHECK_THAT(refused(url + "command = \"node main.mjs\"\n"), Contains("must be a list"));
    CHECK_THAT(refused(url + "command = []\n"), Contains("must be a list"));
    CHECK_THAT(refused("[processes.main]\n" + url), Contains("one module and not the gateway"));
    auto t = parse(placement + url, "blog.toml", blog());
    CHECK_THAT(refusal([&] { replicate(t, "talk=2"); }), Contains("is another program"));
}

TEST_CASE("another program is started with its listener and a file that says what it needs") {
    const place here(obedient);
    const auto script = here.directory / "other";
    write_script(script,
                 "#!/bin/sh\ncd ${0%/*}\necho \"$*\" > other.args\n"
                 "echo $LISTEN_FDS $LISTEN_FDNAMES > other.fds\nsleep 60 <&3 &\nwait\n");
    auto options =
        with_foreign(here, {.internal = {"127.0.0.1:0"}, .command = {script.string(), "first"}});
    running now(std::move(options));
    const auto arguments = [&] { return lines_of(here.directory / "other.args"); };
    REQUIRE(now.until(
        [&] { return !arguments().empty() && !lines_of(here.directory / "other.fds").empty(); }));
    const auto file = here.directory / "data/run/comments.json";
    CHECK(arguments() == names{"first " + file.string()});
    CHECK(lines_of(here.directory / "other.fds") == names{"1 internal"});
    const auto told = boost::json::parse(read_file(file));
    const auto& all = now.up.effective();
    CHECK(told.at("module") == "comments");
    CHECK(told.at("listen").as_string() ==
          std::string_view(all.settings.at("comments").internal.front()));
    CHECK(told.at("peers").at("posts").as_string() ==
          std::string_view(all.settings.at("main").internal.front()));
    CHECK(told.at("key_file").as_string() == std::string_view((here.directory / "key").string()));
    CHECK(now.of("comments").state == process_state::starting);
    CHECK_FALSE(now.of("comments").ops);
    now.up.stop();
    REQUIRE(now.until([&] { return now.stopped; }));
    CHECK(here.run_files().empty());
}

TEST_CASE("another program that somebody else starts is ready while it gives its document") {
    const place here(obedient);
    std::optional<other_program> program(std::in_place);
    running now(with_foreign(here, {.internal = {program->address}}));
    REQUIRE(now.until([&] { return now.all_ready(); }));
    CHECK(now.of("comments").pid == 0);
    REQUIRE(now.until([&] { return here.last_heard("main") == "peer comments up"; }));
    program->stop();
    REQUIRE(now.until([&] { return here.last_heard("main") == "peer comments down"; }));
    CHECK(now.of("comments").state == process_state::down);
    now.up.stop();
    REQUIRE(now.until([&] { return now.stopped; }));
}
