// Comments, and what follows from one: a notification for the article's author, exactly once.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

json::value comment(const json::value& body) {
    return json::object{{"comment", json::object{{"body", body}}}};
}

struct inbox {
    std::int64_t total = 0, unread = 0;
    json::array notifications;
};

inbox inbox_of(blog_client& client, const visitor& who) {
    const auto answer = client.get("/api/notifications", who.token);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    const auto body = body_of(answer);
    return {body.at("notificationsCount").as_int64(), body.at("unreadCount").as_int64(),
            body.at("notifications").as_array()};
}

}  // namespace

TEST_CASE("comments are listed in the order in which they were written") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client), reader = sign_up(client, "독자");
    const auto slug = publish(client, author, "What do you think? " + author.username);
    CHECK(client.get(comments_path(slug)).body == R"({"comments":[]})");

    const std::string text = "첫 댓글 \"quoted\"\n\twith <b>markup</b> 😀";
    const auto made = client.post(comments_path(slug), comment(json::value(text)), reader.token);
    REQUIRE(made.status == 201);
    const auto first = body_of(made).at("comment").as_object();
    CHECK(first.at("id").is_int64());
    CHECK(first.at("body").as_string() == text);
    CHECK(first.at("author").at("username").as_string() == reader.username);
    CHECK(first.at("createdAt") == first.at("updatedAt"));
    write_comment(client, author, slug, "The second");
    write_comment(client, reader, slug, "The third");

    const auto all = body_of(client.get(comments_path(slug))).at("comments").as_array();
    REQUIRE(all.size() == 3);
    CHECK(all[0] == first);
    CHECK(all[1].at("body").as_string() == "The second");
    CHECK(all[2].at("body").as_string() == "The third");
    const auto limited = body_of(client.get(comments_path(slug) + "?limit=2", reader.token));
    CHECK(limited.at("comments").as_array().size() == 2);
}

TEST_CASE("a comment needs a writer, an article and words") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Silence " + author.username);
    const auto nowhere = comments_path("there-is-none");
    check_error(client.post(comments_path(slug), comment("x")), 401, "token", "is missing");
    check_error(client.post(nowhere, comment("x")), 401, "token", "is missing");
    check_error(client.post(nowhere, comment("x"), author.token), 404, "article", "not found");
    check_error(client.get(nowhere), 404, "article", "not found");
    for (const json::value& nothing : {json::value(nullptr), json::value(""), json::value(" \n\t")})
        check_error(client.post(comments_path(slug), comment(nothing), author.token), 422, "body",
                    "can't be blank");
    check_error(
        client.post(comments_path(slug), json::object{{"comment", json::object()}}, author.token),
        422, "body", "can't be blank");
    CHECK(client.post(comments_path(slug), comment(json::array{1}), author.token).status == 422);
    CHECK(client.get(comments_path(slug)).body == R"({"comments":[]})");
}

TEST_CASE("the author of an article is told of a comment once, and of no own one") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client, "author"), reader = sign_up(client, "reader");
    const auto title = "Tell me, " + author.username;
    const auto slug = publish(client, author, title);
    CHECK(inbox_of(client, author).total == 0);

    // Its own comes first: when the reader's has arrived, so would have the own one's.
    write_comment(client, author, slug, "Mine");
    const auto id = write_comment(client, reader, slug, "Yours");
    REQUIRE(eventually([&] { return inbox_of(client, author).total > 0; }));
    const auto told = inbox_of(client, author);
    CHECK(told.total == 1);
    CHECK(told.unread == 1);
    REQUIRE(told.notifications.size() == 1);
    const auto& one = told.notifications.front();
    CHECK(one.at("kind").as_string() == "comment");
    CHECK(one.at("actor").at("username").as_string() == reader.username);
    CHECK(one.at("article").at("slug").as_string() == slug);
    CHECK(one.at("article").at("title").as_string() == title);
    CHECK(one.at("commentId") == id);
    CHECK(one.at("readAt").is_null());

    const auto later = write_comment(client, reader, slug, "Once more");
    REQUIRE(eventually([&] { return inbox_of(client, author).total > 1; }));
    const auto both = inbox_of(client, author);
    CHECK(both.total == 2);
    CHECK(both.unread == 2);
    REQUIRE(both.notifications.size() == 2);
    CHECK(both.notifications.front().at("commentId") == later);
    CHECK(inbox_of(client, reader).total == 0);
    check_error(client.get("/api/notifications"), 401, "token", "is missing");
}
