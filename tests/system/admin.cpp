// Accounts as admins see them, and what an operator does to them from the command line.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

// With a line on its standard input.
finished set_password(const std::string& username, const std::string& line,
                      const std::string& data) {
    const auto script = "printf '%s\\n' \"$1\" | \"$2\" admin password \"$3\" --data \"$4\"";
    return run_to_end("/bin/sh",
                      {"-c", script, "sh", line, cleave_binary().string(), username, data});
}

int login(blog_client& client, const visitor& who, std::string_view with) {
    const json::object user{{"email", who.email}, {"password", with}};
    return client.post("/api/users/login", json::object{{"user", user}}).status;
}

std::string path_of(const visitor& who) {
    return "/api/admin/users/" + percent_encoded(who.username);
}

json::value fields(json::object of) {
    return json::object{{"user", std::move(of)}};
}

}  // namespace

TEST_CASE("an admin finds accounts by any part of their names, a page at a time") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto admin = sign_up(client, "root");
    REQUIRE(run_cleave({"admin", "grant", admin.username, "admin", "--data", blog.data()}).code ==
            0);
    const auto start = unique_name("찾을100%_");
    std::vector<visitor> all;
    for (int i = 0; i < 3; ++i) all.push_back(sign_up(client, start));
    const auto list = [&](const std::string& q, const std::string& more = {}) {
        const auto answer =
            client.get("/api/admin/users?q=" + percent_encoded(q) + more, admin.token);
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        return body_of(answer).as_object();
    };
    REQUIRE(eventually([&] { return client.get("/api/admin/users", admin.token).status == 200; }));
    const auto found = list(start);
    CHECK(found.at("usersCount").as_int64() == 3);
    REQUIRE(found.at("users").as_array().size() == 3);
    const auto& newest = found.at("users").as_array().front().as_object();
    CHECK(newest.size() == 5);
    CHECK(newest.at("username").as_string() == all[2].username);
    CHECK(newest.at("email").as_string() == all[2].email);
    CHECK(newest.at("role").as_string() == "author");
    CHECK(newest.at("status").as_string() == "active");
    CHECK(newest.at("createdAt").as_string().size() == 24);
    const auto second = list(start, "&limit=1&offset=1");
    CHECK(second.at("usersCount").as_int64() == 3);
    REQUIRE(second.at("users").as_array().size() == 1);
    CHECK(second.at("users").as_array()[0].at("username").as_string() == all[1].username);
    for (const char* hostile : {"%찾", "찾_1", "' OR 1=1 --", "\\", "[찾]", "%%", "찾*"})
        CHECK(list(hostile).at("usersCount").as_int64() == 0);
    CHECK(list(std::string(1000, '%')).at("usersCount").as_int64() == 0);
    for (const char* nonsense : {"?limit=-1", "?limit=x&offset=y", "?offset=99999999999999999999",
                                 "?limit=99999999999", "?q=%ff%fe", "?q"}) {
        INFO(nonsense);
        CHECK(client.get(std::string("/api/admin/users") + nonsense, admin.token).status < 500);
    }
}

TEST_CASE("an admin cannot do away with the admins, or with himself") {
    // On a blog of its own: elsewhere there are other admins.
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto admin = sign_up(client, "root"), other = sign_up(client);
    REQUIRE(run_cleave({"admin", "grant", admin.username, "admin", "--data", blog.data()}).code ==
            0);
    REQUIRE(eventually([&] { return client.get("/api/admin/users", admin.token).status == 200; }));
    const auto refused = [](const http_answer& answer, const std::string& field) {
        CHECK(answer.status == 422);
        CHECK(body_of(answer).at("errors").as_object().contains(field));
    };
    refused(client.put(path_of(admin), fields({{"role", "author"}}), admin.token), "role");
    refused(client.put(path_of(admin), fields({{"status", "suspended"}}), admin.token), "status");
    refused(client.put(path_of(other), fields({{"role", "king"}}), admin.token), "role");
    refused(client.put(path_of(other), fields({{"status", 7}}), admin.token), "status");
    check_error(client.put("/api/admin/users/nobody", fields({{"role", "reader"}}), admin.token),
                404, "user", "not found");
    const auto by_tool =
        run_cleave({"admin", "grant", admin.username, "reader", "--data", blog.data()});
    CHECK(by_tool.code == 1);
    CHECK(by_tool.err.find("last admin") != std::string::npos);
    REQUIRE(client.put(path_of(other), fields({{"role", "admin"}}), admin.token).status == 200);
    CHECK(client.put(path_of(admin), fields({{"role", "author"}}), admin.token).status == 200);
    check_error(client.get("/api/admin/users", admin.token), 403, "role", "forbidden");
}

TEST_CASE("an operator gives a role and a password, while the blog runs and when it does not") {
    scratch_blog blog(topology_arguments());
    const auto data = blog.data().string();
    visitor who;
    {
        blog_client client(blog->at());
        who = sign_up(client);
        const auto done = set_password(who.username, "typed by the operator", data);
        INFO(done.err);
        CHECK(done.code == 0);
        CHECK(done.out.find("typed by") == std::string::npos);
        CHECK(login(client, who, "typed by the operator") == 200);
        CHECK(login(client, who, password) == 401);
        // His sessions are over as soon as the edge has heard.
        REQUIRE(eventually([&] { return client.get("/api/user", who.token).status == 401; }));
        const auto too_short = set_password(who.username, "short", data);
        CHECK(too_short.code == 1);
        CHECK(too_short.err.find("password: is too short") != std::string::npos);
    }
    CHECK(run_cleave({"admin", "password", who.username, "--data", data}).code ==
          1);  // nothing to read
    CHECK(run_cleave({"admin", "password", who.username, "on the line", "--data", data}).code == 2);
    CHECK(run_cleave({"admin", "grant", who.username, "king", "--data", data}).code == 2);
    CHECK(run_cleave({"admin", "grant", who.username, "--data", data}).code == 2);
    CHECK(run_cleave({"admin"}).code == 2);
    const auto unknown = run_cleave({"admin", "grant", "nobody", "admin", "--data", data});
    CHECK(unknown.code == 1);
    CHECK(unknown.err.find("user: not found") != std::string::npos);

    REQUIRE(blog->stop() == 0);
    CHECK(run_cleave({"admin", "grant", who.username, "admin", "--data", data}).code == 0);
    CHECK(set_password(who.username, "while it was stopped", data).code == 0);
    blog.restart(topology_arguments());
    blog_client client(blog->at());
    REQUIRE(login(client, who, "while it was stopped") == 200);
    const json::object user{{"email", who.email}, {"password", "while it was stopped"}};
    const auto token = body_of(client.post("/api/users/login", json::object{{"user", user}}))
                           .at("user")
                           .at("token");
    CHECK(client.get("/api/admin/users", std::string(token.as_string())).status == 200);
}
