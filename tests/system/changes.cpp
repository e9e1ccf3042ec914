// Articles are changed, deleted, favourites of somebody, and filtered.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

json::object article_in(const http_answer& answer) {
    INFO(answer.body);
    REQUIRE((answer.status == 200 || answer.status == 201));
    return body_of(answer).at("article").as_object();
}

json::value change(json::object fields) {
    return json::object{{"article", std::move(fields)}};
}

std::string favorite_path(const std::string& slug) {
    return article_path(slug) + "/favorite";
}

// "newest older (2)"
std::string titles_at(blog_client& client, const std::string& target,
                      const std::string& token = {}) {
    const auto answer = client.get(target, token);
    INFO(target << ": " << answer.body);
    REQUIRE(answer.status == 200);
    const auto body = body_of(answer);
    std::string all;
    for (const auto& a : body.at("articles").as_array())
        all += std::string(a.at("title").as_string()) + " ";
    return all + "(" + std::to_string(body.at("articlesCount").as_int64()) + ")";
}

std::string publish_tagged(blog_client& client, const visitor& author, const std::string& title,
                           json::array tags) {
    const json::object article{
        {"title", title}, {"description", "d"}, {"body", "b"}, {"tagList", std::move(tags)}};
    return std::string(
        article_in(client.post("/api/articles", {{"article", article}}, author.token))
            .at("slug")
            .as_string());
}

}  // namespace

TEST_CASE("an article is changed, and found by its old slug too") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    const auto old = publish(client, author, "Before " + author.username);
    const auto before = article_in(client.get(article_path(old)));
    const auto changed = article_in(client.put(
        article_path(old), change({{"title", "After " + author.username}}), author.token));
    CHECK(changed.at("slug").as_string() == "after-" + author.username);
    CHECK(changed.at("body") == before.at("body"));
    CHECK(changed.at("createdAt") == before.at("createdAt"));
    CHECK(changed.at("updatedAt") != changed.at("createdAt"));
    CHECK(article_in(client.get(article_path(old))) == changed);
    CHECK(article_in(client.get(article_path("after-" + author.username))) == changed);
    const auto text =
        article_in(client.put(article_path(old), change({{"body", "B"}}), author.token));
    CHECK(text.at("slug") == changed.at("slug"));
    CHECK(text.at("body").as_string() == "B");
    CHECK(client.get(comments_path(old)).status == 200);
    CHECK(eventually(
        [&] { return client.get(comments_path("after-" + author.username)).status == 200; }));
}

TEST_CASE("an article keeps its tags unless it is given others") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    const auto tag = "tag_" + author.username;
    const auto path = article_path(publish_tagged(client, author, "Tagged", {"가", tag}));
    const auto tags_after = [&](json::object fields) {
        return article_in(client.put(path, change(std::move(fields)), author.token)).at("tagList");
    };
    const auto in_use = [&] {
        const auto body = body_of(client.get("/api/tags"));
        const auto& tags = body.at("tags").as_array();
        return std::ranges::find(tags, json::value(tag)) != tags.end();
    };
    CHECK(tags_after({{"body", "x"}}) == json::array{tag, "가"});
    CHECK(in_use());
    check_error(client.put(path, change({{"tagList", nullptr}}), author.token), 422, "tagList",
                "must be an array");
    CHECK(titles_at(client, "/api/articles?tag=" + tag) == "Tagged (1)");
    CHECK(tags_after({{"tagList", json::array{}}}) == json::array{});
    CHECK_FALSE(in_use());
    CHECK(titles_at(client, "/api/articles?tag=" + tag) == "(0)");
}

TEST_CASE("nobody but its author changes or deletes an article") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client), other = sign_up(client, "other");
    const auto path = article_path(publish(client, author, "Mine " + author.username));
    const auto nowhere = article_path("there-is-none");
    const auto fields = change({{"body", "x"}});
    check_error(client.put(path, fields), 401, "token", "is missing");
    check_error(client.put(nowhere, fields), 401, "token", "is missing");
    check_error(client.put(path, fields, other.token), 403, "article", "forbidden");
    check_error(client.put(nowhere, fields, other.token), 404, "article", "not found");
    for (const char* field : {"title", "description", "body"})
        for (const json::value& blank : {json::value(nullptr), json::value("")})
            check_error(client.put(path, change({{field, blank}}), author.token), 422, field,
                        "can't be blank");
    check_error(client.del(path), 401, "token", "is missing");
    check_error(client.del(path, other.token), 403, "article", "forbidden");
    const auto gone = client.del(path, author.token);
    CHECK(gone.status == 204);
    CHECK(gone.body.empty());
    check_error(client.del(path, author.token), 404, "article", "not found");
    check_error(client.get(path), 404, "article", "not found");
}

TEST_CASE("a favourite counts once, and is one for its reader alone") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client), reader = sign_up(client, "reader");
    const auto slug = publish(client, author, "Liked");
    const auto path = favorite_path(slug);
    check_error(client.post(path, json::object()), 401, "token", "is missing");
    check_error(client.post(favorite_path("there-is-none"), json::object(), reader.token), 404,
                "article", "not found");
    for (int i = 0; i < 2; ++i) {
        // Front ends send an empty object, or nothing.
        const auto liked = article_in(client.post(path, json::object(), reader.token));
        CHECK(liked.at("favorited") == true);
        CHECK(liked.at("favoritesCount") == 1);
    }
    CHECK(article_in(client.get(article_path(slug))).at("favorited") == false);
    CHECK(article_in(client.get(article_path(slug))).at("favoritesCount") == 1);
    CHECK(article_in(client.get(article_path(slug), reader.token)).at("favorited") == true);
    const auto mine = "/api/articles?favorited=" + reader.username;
    CHECK(titles_at(client, mine) == "Liked (1)");
    CHECK(titles_at(client, mine + "&author=" + author.username) == "Liked (1)");
    CHECK(titles_at(client, mine + "&author=" + reader.username) == "(0)");
    for (int i = 0; i < 2; ++i) {
        const auto plain = article_in(client.del(path, reader.token));
        CHECK(plain.at("favorited") == false);
        CHECK(plain.at("favoritesCount") == 0);
    }
    CHECK(titles_at(client, mine) == "(0)");
    CHECK(titles_at(client, "/api/articles?author=" + author.username) == "Liked (1)");
    CHECK(titles_at(client, "/api/articles?author=nobody-of-this-name") == "(0)");
}

TEST_CASE("the feed has the articles of those whom one follows, and is a path of its own") {
    blog_client client(shared_blog().at());
    const auto reader = sign_up(client, "reader"), one = sign_up(client), two = sign_up(client);
    check_error(client.get("/api/articles/feed"), 401, "token", "is missing");
    const auto feed = [&](const std::string& query = {}) {
        return titles_at(client, "/api/articles/feed" + query, reader.token);
    };
    const auto first = publish(client, one, "First");
    publish(client, two, "Second");
    CHECK(publish(client, one, "Feed") != "feed");
    CHECK(feed() == "(0)");
    const auto follow_path = [](const visitor& who) {
        return "/api/profiles/" + percent_encoded(who.username) + "/follow";
    };
    CHECK(client.post(follow_path(one), json::object(), reader.token).status == 200);
    CHECK(feed() == "Feed First (2)");
    CHECK(client.post(follow_path(two), json::object(), reader.token).status == 200);
    CHECK(feed("?limit=2") == "Feed Second (3)");
    CHECK(feed("?limit=2&offset=2") == "First (3)");

    const auto following = [&](const std::string& token) {
        return article_in(client.get(article_path(first), token)).at("author").at("following");
    };
    CHECK(following(reader.token) == true);
    CHECK(following(one.token) == false);
    CHECK(following({}) == false);
    write_comment(client, one, first, "Mine");
    const auto comments = body_of(client.get(comments_path(first), reader.token));
    CHECK(comments.at("comments").at(0).at("author").at("following") == true);
    CHECK(client.del(follow_path(one), reader.token).status == 200);
    CHECK(following(reader.token) == false);
    CHECK(feed() == "Second (1)");
}

TEST_CASE("an author's new name is shown, and finds the articles") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "By somebody");
    const auto name = unique_name("renamed");
    const json::object user{{"username", name}};
    REQUIRE(client.put("/api/user", {{"user", user}}, author.token).status == 200);
    CHECK(eventually([&] {
        const auto found = article_in(client.get(article_path(slug)));
        return found.at("author").at("username").as_string() == name;
    }));
    CHECK(titles_at(client, "/api/articles?author=" + name) == "By somebody (1)");
    CHECK(titles_at(client, "/api/articles?author=" + author.username) == "(0)");
}

TEST_CASE("articles are found by words, whatever the script and the query") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    const std::string title = "마이크로서비스에서 댓글이 달리면";
    publish(client, author, title);
    publish(client, author, "Microservices");
    const auto found = [&](const std::string& words) {
        return titles_at(client, "/api/articles?author=" + author.username +
                                     "&search=" + percent_encoded(words));
    };
    for (const char* words : {"댓글", "서비스", "마이크로서비스 댓글"})
        CHECK(found(words) == title + " (1)");
    CHECK(found("MICRO") == "Microservices (1)");
    CHECK(found("micro 댓글") == "(0)");
    CHECK(found(" ") == "Microservices " + title + " (2)");
    for (const char* words : {"\"", "AND", "NEAR(", "a* OR b", "title:x", "\"a\" NOT", "^", "-"})
        CHECK(found(words) == "(0)");
    CHECK(client.get("/api/articles?search=%00%01a").status == 200);
    CHECK(client.get("/api/articles?search=" + std::string(3'000, '%')).status < 500);
    CHECK(client.get("/api/articles?search=" + std::string(3'000, 'x')).status == 200);
}
