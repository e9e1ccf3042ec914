// What outsiders say about themselves is not believed, and what is not for them does not answer.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include <support/divergence.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

const std::vector<std::string> forgeries{
    "Cleave-Call: v1;t=1786615200123;d=5000;u=1;s=1;r=2;m=00000000000000000000000000000000\r\n",
    "Cleave-Call: v1;u=1\r\n",
    "cleave-call: u=1;r=2\r\n",
    "X-User-Id: 1\r\nX-Forwarded-User: 1\r\nX-Remote-User: 1\r\n",
    "Cookie: token=1\r\n",
};

bool only_for_owner(const std::filesystem::path& file) {
    struct stat found{};
    REQUIRE(::stat(file.c_str(), &found) == 0);
    return (found.st_mode & 077) == 0;
}

}  // namespace

TEST_CASE("a forged identity is nobody's") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto who = sign_up(client);
    const auto slug = publish(client, who, "Mine " + who.username);
    for (const auto& forged : forgeries) {
        INFO(forged);
        for (const std::string& target :
             {std::string("/api/user"), std::string("/api/notifications"), stats_path(slug)}) {
            http_question question;
            question.target = target;
            question.headers = forged;
            check_error(client.ask(question), 401, "token", "is missing");
        }
        check_error(
            client.post(comments_path(slug),
                        json::object{{"comment", json::object{{"body", "forged"}}}}, {}, forged),
            401, "token", "is missing");
        // And beside a good token it changes nothing.
        http_question mine;
        mine.target = "/api/user";
        mine.headers = authorization(who.token) + forged;
        const auto answer = client.ask(mine);
        REQUIRE(answer.status == 200);
        CHECK(body_of(answer).at("user").at("username").as_string() == who.username);
    }
    CHECK(client.get(comments_path(slug)).body == R"({"comments":[]})");
}

TEST_CASE("the internal listener answers nobody who does not belong to the system") {
    auto& blog = shared_blog();
    const auto before = blog.pids();
    for (const auto& process : blog.processes()) {
        INFO(process.name << " on " << process.internal);
        REQUIRE_FALSE(process.internal.empty());
        blog_client client(process.internal);
        std::vector<http_question> calls;
        calls.push_back({.method = "GET", .target = "/routes"});
        for (const auto& module : process.modules) {
            if (module == gateway) continue;
            calls.push_back({.method = "POST", .target = "/rpc/" + module + "/list", .body = "{}"});
            calls.push_back(
                {.method = "POST", .target = "/rpc/" + module + ".feed/read", .body = "{}"});
        }
        if (process.runs("posts")) calls.push_back({.method = "GET", .target = "/api/articles"});
        for (auto& call : calls) {
            INFO(call.target);
            CHECK(client.ask(call).status == 401);
            for (const auto& forged : forgeries) {
                call.headers = forged;
                CHECK(client.ask(call).status == 401);
            }
        }
        http_peer confusing(process.internal);
        confusing.send(
            "POST /rpc/posts/list HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        const auto answer = confusing.receive();
        REQUIRE(answer);
        CHECK(answer->status == 400);
    }
    CHECK(blog.pids() == before);
}

TEST_CASE("the ops listener tells how a process is, and does nothing else") {
    for (const auto& process : shared_blog().processes()) {
        INFO(process.name << " on " << process.ops);
        blog_client client(process.ops);
        CHECK(client.get("/healthz").status == 200);
        CHECK(client.get("/readyz").status == 200);
        const auto metrics = client.get("/metrics");
        CHECK(metrics.status == 200);
        CHECK(metrics.body.find("cleave_http_responses_total") != std::string::npos);
        CHECK(client.get("/api/articles").status == 404);
        CHECK(client.get("/routes").status == 404);
        CHECK(client.post("/rpc/posts/list", json::object()).status == 404);
    }
}

TEST_CASE("databases, keys and sockets are for their owner alone") {
    const auto& blog = shared_blog();
    CHECK(only_for_owner(blog.data() / "run"));
    CHECK(only_for_owner(blog.data() / "keys" / "internal.key"));
    CHECK(only_for_owner(blog.data() / "keys" / "token.seed"));
    for (const auto& module : known_modules()) {
        INFO(module);
        CHECK(only_for_owner(blog.data() / (database_of(blog.data(), module) + ".db")));
    }
    for (const auto& process : blog.processes())
        CHECK(only_for_owner(blog.data() / "run" / (process.name + ".sock")));
}
