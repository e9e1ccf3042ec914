// What changes about a token while it is out: logout, a new password, a role, a suspension.
#include <signal.h>

#include <catch2/catch.hpp>

#include <support/divergence.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

const std::string other_password = "quite another password";

http_answer login(blog_client& client, const visitor& who, std::string_view with = password) {
    const json::object user{{"email", who.email}, {"password", with}};
    return client.post("/api/users/login", json::object{{"user", user}});
}

// The same account in another session.
visitor another_session(blog_client& client, visitor who, std::string_view with = password) {
    const auto answer = login(client, who, with);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    who.token = body_of(answer).at("user").at("token").as_string();
    return who;
}

http_answer current(blog_client& client, const visitor& who) {
    return client.get("/api/user", who.token);
}

http_answer logout(blog_client& client, const visitor& who) {
    return client.post("/api/users/logout", json::object(), who.token);
}

void check_over(const http_answer& answer) {
    check_error(answer, 401, "token", "is invalid");
}

}  // namespace

TEST_CASE("a token is dead at the very next request after its logout, and only that one") {
    auto& blog = shared_blog();
    // On as many connections as it takes to meet every thread of the edge.
    std::vector<blog_client> clients;
    for (int i = 0; i < 8; ++i) clients.emplace_back(blog.at());
    const auto first = sign_up(clients[0]);
    const auto second = another_session(clients[0], first);
    for (auto& client : clients) REQUIRE(current(client, first).status == 200);
    const auto answer = logout(clients[0], first);
    CHECK(answer.status == 204);
    CHECK(answer.body.empty());
    CHECK(answer.head.find("uthority") == std::string::npos);
    for (auto& client : clients) {
        check_over(current(client, first));
        check_over(client.get("/api/articles", first.token));
        check_over(client.post(comments_path("any"), json::object(), first.token));
        CHECK(current(client, second).status == 200);
    }
    check_over(logout(clients[0], first));
    check_error(logout(clients[0], {}), 401, "token", "is missing");
    CHECK(login(clients[0], first).status == 200);
}

TEST_CASE("a new password ends the other sessions at once, and not the one in hand") {
    blog_client client(shared_blog().at());
    const auto in_hand = sign_up(client);
    const auto other = another_session(client, in_hand);
    REQUIRE(current(client, other).status == 200);
    const json::object fields{{"password", other_password}};
    const auto changed = client.put("/api/user", json::object{{"user", fields}}, in_hand.token);
    REQUIRE(changed.status == 200);
    CHECK(changed.head.find("uthority") == std::string::npos);
    check_over(current(client, other));
    CHECK(current(client, in_hand).status == 200);
    check_error(login(client, in_hand), 401, "credentials", "invalid");
    const auto later = another_session(client, in_hand, other_password);
    CHECK(current(client, later).status == 200);
    CHECK(current(client, in_hand).status == 200);
}

TEST_CASE("a role is in force for the next request of whoever has a token") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto admin = admin_of(blog, client);
    const auto who = sign_up(client);
    const auto list = [&] { return client.get("/api/admin/users?limit=1", who.token); };
    check_error(list(), 403, "role", "forbidden");
    check_error(change_account(client, who, who, {{"role", "admin"}}), 403, "role", "forbidden");
    check_error(client.get("/api/admin/users"), 401, "token", "is missing");
    const auto made = change_account(client, admin, who, {{"role", "admin"}});
    REQUIRE(made.status == 200);
    CHECK(body_of(made).at("user").at("role").as_string() == "admin");
    CHECK(made.head.find("uthority") == std::string::npos);
    CHECK(list().status == 200);
    CHECK(body_of(current(client, who)).at("user").at("role").as_string() == "admin");
    REQUIRE(change_account(client, admin, who, {{"role", "moderator"}}).status == 200);
    check_error(list(), 403, "role", "forbidden");
}

TEST_CASE("a suspension holds for everything that its account's tokens ask, and ends") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto admin = admin_of(blog, client);
    const auto who = sign_up(client);
    const auto slug = publish(client, who, "By " + who.username);
    const auto suspended = change_account(client, admin, who, {{"status", "suspended"}});
    REQUIRE(suspended.status == 200);
    CHECK(body_of(suspended).at("user").at("status").as_string() == "suspended");
    for (const auto& target : {std::string("/api/user"), std::string("/api/articles"),
                               article_path(slug), comments_path(slug)})
        check_error(client.get(target, who.token), 403, "account", "suspended");
    check_error(client.post("/api/articles", json::object(), who.token), 403, "account",
                "suspended");
    check_error(logout(client, who), 403, "account", "suspended");
    check_error(login(client, who), 403, "account", "suspended");
    check_error(login(client, who, other_password), 401, "credentials", "invalid");
    CHECK(client.get(article_path(slug)).status == 200);
    REQUIRE(change_account(client, admin, who, {{"status", "active"}}).status == 200);
    CHECK(current(client, who).status == 200);
    CHECK(login(client, who).status == 200);
}

TEST_CASE("what an operator changes is in force within a second") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto who = sign_up(client);
    check_error(client.get("/api/admin/users", who.token), 403, "role", "forbidden");
    REQUIRE(run_cleave({"admin", "grant", who.username, "admin", "--data", blog.data()}).code == 0);
    const auto may = [&] { return client.get("/api/admin/users", who.token).status == 200; };
    // Measured where nothing else runs it takes some milliseconds.
    CHECK(eventually(may, std::chrono::seconds(10)));
}

TEST_CASE("what was ended stays ended, whatever is killed and started again") {
    scratch_blog blog(topology_arguments());
    visitor out, suspended, stays, admin;
    {
        blog_client client(blog->at());
        admin = admin_of(*blog, client);
        out = sign_up(client);
        suspended = sign_up(client);
        stays = sign_up(client);
        REQUIRE(change_account(client, admin, suspended, {{"status", "suspended"}}).status == 200);
        REQUIRE(change_account(client, admin, stays, {{"role", "reader"}}).status == 200);
        REQUIRE(logout(client, out).status == 204);
    }
    const auto check = [&] {
        blog_client client(blog->at());
        check_over(current(client, out));
        check_error(current(client, suspended), 403, "account", "suspended");
        const auto answer = current(client, stays);
        REQUIRE(answer.status == 200);
        CHECK(body_of(answer).at("user").at("role").as_string() == "reader");
        CHECK(client.get("/api/admin/users", admin.token).status == 200);
    };
    check();
    // Every process at the very moment of the last answer.
    for (const pid_t pid : blog->pids()) ::kill(pid, SIGKILL);
    REQUIRE(eventually([&] { return blog->is_ready(); }));
    check();
    REQUIRE(blog->stop() == 0);
    blog.restart(topology_arguments());
    check();
    // Another topology has what every topology has.
    REQUIRE(blog->stop() == 0);
    blog.restart(another_placement(blog.data()));
    check();
}
