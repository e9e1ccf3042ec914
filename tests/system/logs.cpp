// The last lines of every process's log, as `cleave logs` shows them.
#include <signal.h>

#include <catch2/catch.hpp>
#include <set>
#include <sstream>
#include <support/eventually.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

using words = std::vector<std::string>;

words lines_of(const std::string& text) {
    std::istringstream in(text);
    words all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}

finished logs(const std::filesystem::path& data, words arguments) {
    arguments.insert(arguments.begin(), {"logs", "--data", data.string()});
    return run_cleave(arguments);
}

std::vector<json::object> records(const std::string& text) {
    std::vector<json::object> all;
    for (const auto& line : lines_of(text)) all.push_back(json::parse(line).as_object());
    return all;
}

std::vector<json::object> json_logs(const std::filesystem::path& data, words arguments) {
    arguments.emplace_back("--json");
    const auto told = logs(data, arguments);
    INFO(told.err);
    REQUIRE(told.code == 0);
    return records(told.out);
}

std::string text(const json::object& record, std::string_view key) {
    const auto* const found = record.if_contains(key);
    return found ? std::string(found->as_string()) : std::string();
}

std::set<std::string> all_of(const std::vector<json::object>& records, std::string_view key) {
    std::set<std::string> found;
    for (const auto& r : records) found.insert(text(r, key));
    return found;
}

words with_debug() {
    auto arguments = topology_arguments();
    arguments.insert(arguments.end(), {"--set", "log.level=debug"});
    return arguments;
}

}  // namespace

TEST_CASE("the lines of all processes are shown, in the order of their time") {
    scratch_blog blog(topology_arguments());
    const auto all = json_logs(blog.data(), {"--lines", "10000"});
    const auto processes = all_of(all, "process");
    CHECK(processes.contains("up"));
    for (const auto& p : blog->processes()) CHECK(processes.contains(p.name));
    CHECK(std::ranges::is_sorted(all, {}, [](const json::object& r) { return text(r, "time"); }));

    const auto of_posts = json_logs(blog.data(), {"--module", "posts", "--lines", "10000"});
    REQUIRE_FALSE(of_posts.empty());
    for (const auto& r : of_posts) {
        CHECK(text(r, "module") == "posts");
        CHECK(text(r, "process").starts_with(blog->process_with("posts").name));
    }
    CHECK(all_of(json_logs(blog.data(), {"--process", "up"}), "process") ==
          std::set<std::string>{"up"});
    CHECK(json_logs(blog.data(), {"--lines", "3"}).size() == 3);
    CHECK(json_logs(blog.data(), {"--since", "1h"}).size() >= all.size() / 2);
    for (const auto& r : json_logs(blog.data(), {"--level", "warning"}))
        CHECK((text(r, "level") == "warning" || text(r, "level") == "error"));
    const auto people = logs(blog.data(), {"--process", "up"});
    CHECK(has(people.out, " up [up] everything is ready"));
}

TEST_CASE("what belongs to a request is found in every process, and followed", "[one-instance]") {
    scratch_blog blog(with_debug());
    blog_client client(blog->at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Logged");
    const auto comment = json::object{{"comment", json::object{{"body", "a secret"}}}};
    const auto id = client.post(comments_path(slug), comment, author.token).field("x-request-id");
    std::vector<json::object> found;
    const std::set<std::string> expected{blog->process_with(gateway).name,
                                         blog->process_with("comments").name,
                                         blog->process_with("posts").name};
    REQUIRE(eventually([&] {
        found = json_logs(blog.data(), {"--trace", id});
        // Users as well, who are asked for who comments the first time.
        return std::ranges::includes(all_of(found, "process"), expected);
    }));
    CHECK(all_of(found, "request_id") == std::set{id});
    CHECK(all_of(found, "module").contains("comments"));
    // A trace that begins outside goes through them all too.
    const std::string trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    const scratch_folder folder;
    const output_files output{folder.path() / "out", folder.path() / "err"};
    child_process follower(cleave_binary(),
                           {"logs", "-f", "--json", "--trace", trace_id, "--data", blog.data()},
                           output);
    http_question question;
    question.target = "/api/articles?limit=1";
    question.headers = "traceparent: 00-" + trace_id + "-00f067aa0ba902b7-01\r\n";
    REQUIRE(client.ask(question).status == 200);
    CHECK(eventually([&] { return has(text_of(output.out), "/api/articles"); }));
    REQUIRE(client.get("/api/tags").status == 200);
    REQUIRE(client.ask(question).status == 200);
    CHECK(eventually([&] {
        const auto lines = lines_of(text_of(output.out));
        return std::ranges::count_if(
                   lines, [](const auto& line) { return has(line, "GET /api/articles"); }) >= 2;
    }));
    const auto followed = lines_of(text_of(output.out));
    for (const auto& line : followed) CHECK(has(line, trace_id));
    CHECK(text_of(output.err).empty());
    CHECK_FALSE(has(logs(blog.data(), {"--lines", "10000"}).out, "a secret"));
    blog->stop();
    CHECK(follower.wait() == 0);
    CHECK(has(text_of(output.err), "Nothing runs any more"));
}

TEST_CASE("what a process wrote that was killed is there still", "[one-instance]") {
    scratch_blog blog(topology_arguments());
    const auto victim = blog->process_with("comments");
    const auto starts = [&] {
        const auto lines = json_logs(blog.data(), {"--process", victim.name, "--lines", "10000"});
        return std::ranges::count_if(
            lines, [](const auto& r) { return text(r, "message").starts_with("ready"); });
    };
    REQUIRE(eventually([&] { return starts() == 1; }));
    ::kill(victim.pid, SIGKILL);
    REQUIRE(eventually([&] { return starts() == 2; }));
    const auto up = logs(blog.data(), {"--process", "up", "--level", "warning"});
    CHECK(has(up.out,
              victim.name + " (pid " + std::to_string(victim.pid) + ") was killed by signal 9"));
}

TEST_CASE("`up` writes a line of each process with its name, as JSON and for people",
          "[one-instance]") {
    const scratch_folder folder;
    const auto data = folder.path() / "data";
    for (const std::string layout : {"json", "text"}) {
        const output_files output{folder.path() / (layout + ".out"),
                                  folder.path() / (layout + ".err")};
        words arguments{"up",          "--data", data.string(),         "--listen",
                        "127.0.0.1:0", "--set",  "log.format=" + layout};
        const auto topology = topology_arguments();
        arguments.insert(arguments.end(), topology.begin(), topology.end());
        child_process up(cleave_binary(), arguments, output);
        REQUIRE(eventually([&] { return has(text_of(output.err), "everything is ready"); }));
        const auto status = run_cleave({"status", "--json", "--data", data});
        up.signal(SIGTERM);
        REQUIRE(up.wait() == 0);
        const auto written = text_of(output.err);
        for (const auto& p : parse_status(status.out)) {
            INFO(p.name);
            CHECK(has(written, layout == "json"
                                   ? R"("process":")" + p.name + R"(","component":"serve")"
                                   : " " + p.name + " [serve] stopped"));
        }
        // After the map of who runs where.
        bool began = false;
        for (const auto& line : lines_of(written)) {
            began = began || line.starts_with('{');
            if (layout == "json" && began) CHECK_NOTHROW(json::parse(line));
        }
        CHECK(began == (layout == "json"));
    }
}

TEST_CASE("a process that nobody supervises tells its lines itself", "[.][command-line]") {
    const scratch_folder folder;
    const auto data = folder.path() / "data";
    const output_files output{folder.path() / "out", folder.path() / "err"};
    child_process serve(cleave_binary(), {"serve", "--data", data, "--listen", "127.0.0.1:0"},
                        output);
    const auto ready = [&] { return has(logs(data, {"--process", "main"}).out, "ready on http"); };
    REQUIRE(eventually(ready));
    // As it wrote it.
    const auto told = lines_of(logs(data, {"--json", "--lines", "10000"}).out);
    const auto written = text_of(output.err);
    for (const auto& line : told) CHECK(has(written, line));
    serve.signal(SIGTERM);
    CHECK(serve.wait() == 0);
}

TEST_CASE("what cannot be asked of the logs is said", "[.][command-line]") {
    scratch_blog blog;
    const auto refused = [&](const words& arguments, const std::string& because) {
        const auto told = logs(blog.data(), arguments);
        INFO(told.err);
        CHECK(told.code == 2);
        CHECK(told.out.empty());
        CHECK(has(told.err, because));
    };
    refused({"--level", "loud"}, "warning");
    refused({"--trace", "last"}, "X-Request-Id");
    refused({"--trace", "../../etc/passwd"}, "X-Request-Id");
    refused({"--since", "yesterday"}, "2h");
    refused({"--since", "-5m"}, "2h");
    refused({"--since", "5m", "--lines", "3"}, "--lines");
    refused({"--lines", "0"}, "--lines");
    refused({"--lines", "10001"}, "--lines");
    refused({"--process", "../up"}, "users.2");
    refused({"--process", "main&level=error"}, "users.2");
    refused({"--module", std::string(100, 'a')}, "comments");
    refused({"--module", "a b\r\nHost: c"}, "comments");
    const auto unknown = logs(blog.data(), {"--process", "mian"});
    CHECK(unknown.code == 1);
    CHECK(has(unknown.err, "\"main\""));
    const auto nothing = logs(blog.data(), {"--module", "nobody"});
    CHECK(nothing.code == 0);
    CHECK(has(nothing.err, "No line that is kept fits"));
    blog->stop();
    const auto nobody = logs(blog.data(), {});
    CHECK(nobody.code == 1);
    CHECK(has(nobody.err, "Nothing runs"));
    blog.restart({"--set", "log.kept_bytes=0"});
    CHECK(logs(blog.data(), {}).out.empty());
}
