// Who hears of what, and what they do with it.
#include <catch2/catch.hpp>
#include <set>

#include "topology.hpp"

using namespace cleave::test;

namespace {

json::object inbox(blog_client& client, const visitor& who, const std::string& query = {}) {
    const auto answer = client.get("/api/notifications" + query, who.token);
    REQUIRE(answer.status == 200);
    return body_of(answer).as_object();
}

std::int64_t unread(blog_client& client, const visitor& who) {
    return inbox(client, who).at("unreadCount").as_int64();
}

http_answer command(blog_client& client, const std::string& method, const std::string& target,
                    const std::string& token, const std::string& body = {}) {
    const auto type = body.empty() ? "" : "Content-Type: application/json\r\n";
    return client.ask(
        {.method = method, .target = target, .headers = authorization(token) + type, .body = body});
}

}  // namespace

TEST_CASE("notifications are read one by one, or all at once") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client), reader = sign_up(client);
    const auto slug = publish(client, author, "Read this, " + author.username);
    for (int i = 0; i < 3; ++i) write_comment(client, reader, slug, "Comment");
    REQUIRE(eventually([&] { return unread(client, author) == 3; }));
    const auto all = inbox(client, author).at("notifications").as_array();
    const auto second = std::to_string(all[1].at("id").as_int64());
    const auto path = "/api/notifications/" + second + "/read";

    CHECK(command(client, "POST", path, author.token).status == 204);
    CHECK(command(client, "POST", path, author.token).status == 204);
    CHECK(unread(client, author) == 2);
    const auto rest = inbox(client, author, "?unread=true");
    CHECK(rest.at("notificationsCount") == 2);
    CHECK(rest.at("notifications").as_array().size() == 2);
    const auto page = inbox(client, author, "?limit=1&offset=1").at("notifications").as_array();
    REQUIRE(page.size() == 1);
    CHECK(page[0].at("id") == all[1].at("id"));
    CHECK(page[0].at("readAt").is_string());
    CHECK(page[0].at("actor").at("following") == false);

    check_error(command(client, "POST", path, reader.token), 404, "notification", "not found");
    check_error(command(client, "POST", path, ""), 401, "token", "is missing");
    CHECK(command(client, "POST", "/api/notifications/x/read", author.token).status == 404);
    CHECK(command(client, "POST", "/api/notifications/read", author.token).status == 204);
    CHECK(unread(client, author) == 0);
    CHECK(inbox(client, author).at("notificationsCount") == 3);
}

TEST_CASE("who is followed hears of it, once, and sees whether they follow back") {
    blog_client client(shared_blog().at());
    const auto famous = sign_up(client, "famous"), fan = sign_up(client, "fan");
    const auto follow = [&](const std::string& method, const visitor& by, const visitor& whom) {
        const auto path = "/api/profiles/" + percent_encoded(whom.username) + "/follow";
        REQUIRE(command(client, method, path, by.token).status == 200);
    };
    follow("POST", fan, famous);
    REQUIRE(eventually([&] { return unread(client, famous) == 1; }));
    const auto one = inbox(client, famous).at("notifications").at(0);
    CHECK(one.at("kind").as_string() == "follow");
    CHECK(one.at("actor").at("username").as_string() == fan.username);
    CHECK(one.at("actor").at("following") == false);
    CHECK(one.at("article").is_null());
    CHECK(one.at("commentId").is_null());
    follow("DELETE", fan, famous);
    follow("POST", fan, famous);
    follow("POST", famous, fan);
    REQUIRE(eventually([&] { return unread(client, fan) == 1; }));
    CHECK(unread(client, famous) == 1);
    CHECK(inbox(client, famous).at("notifications").at(0).at("actor").at("following") == true);
}

TEST_CASE("nobody hears of what they have said they do not want to hear of") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client), reader = sign_up(client);
    const auto slug = publish(client, author, "Quiet, " + author.username);
    const std::string path = "/api/notifications/preferences";
    CHECK(client.get(path, author.token).body ==
          R"({"preferences":{"comment":true,"mention":true,"follow":true,"favorite":true}})");
    const auto set =
        command(client, "PUT", path, author.token, R"({"preferences":{"comment":false}})");
    CHECK(set.status == 200);
    CHECK(client.get(path, author.token).body == set.body);
    // Of one feed: when the second is told, the first has been passed over.
    const auto other = sign_up(client);
    const auto loud = publish(client, other, "Loud, " + other.username);
    write_comment(client, reader, slug, "Unheard");
    write_comment(client, reader, loud, "Heard");
    REQUIRE(eventually([&] { return unread(client, other) == 1; }));
    CHECK(unread(client, author) == 0);
    CHECK(command(client, "PUT", path, author.token, R"({"preferences":{"comment":1}})").status ==
          422);
    CHECK(command(client, "PUT", path, author.token, "{").status == 400);
    check_error(client.get(path), 401, "token", "is missing");
}

TEST_CASE("who is named in a comment hears of it, and of a favourite once") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client, "글쓴이"), reader = sign_up(client, "독자");
    const auto named = sign_up(client, "이름");
    const auto slug = publish(client, author, "Named, " + author.username);
    const auto text = "@" + named.username + " 와 @" + author.username + " 보세요";
    const auto id = write_comment(client, reader, slug, text);
    const auto favorite = [&](const std::string& method) {
        const auto path = article_path(slug) + "/favorite";
        REQUIRE(command(client, method, path, reader.token).status == 200);
    };
    favorite("POST");
    favorite("DELETE");
    favorite("POST");
    REQUIRE(eventually([&] { return unread(client, named) == 1; }));
    const auto mention = inbox(client, named).at("notifications").at(0);
    CHECK(mention.at("kind").as_string() == "mention");
    CHECK(mention.at("commentId") == id);
    REQUIRE(eventually([&] { return unread(client, author) == 2; }));
    std::set<std::string> kinds;
    for (const auto& n : inbox(client, author).at("notifications").as_array())
        kinds.insert(std::string(n.at("kind").as_string()));
    CHECK(kinds == std::set<std::string>{"comment", "favorite"});

    // What is deleted takes its notifications along.
    const auto comment = comments_path(slug) + "/" + std::to_string(id);
    REQUIRE(command(client, "DELETE", comment, reader.token).status == 204);
    REQUIRE(eventually([&] { return unread(client, named) == 0 && unread(client, author) == 1; }));
    REQUIRE(command(client, "DELETE", article_path(slug), author.token).status == 204);
    REQUIRE(eventually([&] { return unread(client, author) == 0; }));
    CHECK(inbox(client, author).at("notificationsCount") == 0);
    CHECK(inbox(client, named).at("notificationsCount") == 0);
}
