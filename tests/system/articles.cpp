// Articles are written, read and listed.
#include <catch2/catch.hpp>
#include <set>

#include "topology.hpp"

using namespace cleave::test;

namespace {

json::value article(json::object fields) {
    return json::object{{"article", std::move(fields)}};
}

json::object fields_of(std::string_view title) {
    return {{"title", title}, {"description", "d"}, {"body", "b"}};
}

std::vector<std::string> titles_in(const http_answer& page) {
    std::vector<std::string> titles;
    const auto body = body_of(page);
    for (const auto& a : body.at("articles").as_array())
        titles.emplace_back(a.at("title").as_string());
    return titles;
}

std::int64_t count_in(const http_answer& page) {
    return body_of(page).at("articlesCount").as_int64();
}

// 2026-08-13T10:00:00.123Z
bool is_timestamp(const json::value& value) {
    const std::string text(value.as_string());
    std::string shape;
    for (const char c : text) shape += c >= '0' && c <= '9' ? '9' : c;
    return shape == "9999-99-99T99:99:99.999Z";
}

}  // namespace

TEST_CASE("a published article is there at once, for everybody") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    auto fields = fields_of("How to split a blog: " + author.username + "!");
    fields["body"] = "# Markdown\n\n<b>as it came</b> \"quoted\" \\ 댓글 😀\n";
    fields["tagList"] = json::array{"zebra", "한국어", "a_b"};
    const auto made = client.post("/api/articles", article(fields), author.token);
    REQUIRE(made.status == 201);
    const auto slug = std::string(body_of(made).at("article").at("slug").as_string());
    CHECK(slug == "how-to-split-a-blog-" + author.username);

    const auto read = client.get(article_path(slug));
    REQUIRE(read.status == 200);
    CHECK(read.body == made.body);
    const auto found = body_of(read).at("article").as_object();
    CHECK(found.at("body").as_string() == fields.at("body").as_string());
    CHECK(found.at("tagList") == json::array{"a_b", "zebra", "한국어"});
    CHECK(found.at("favorited") == false);
    CHECK(found.at("favoritesCount") == 0);
    CHECK(is_timestamp(found.at("createdAt")));
    CHECK(found.at("createdAt") == found.at("updatedAt"));
    const json::object profile{
        {"username", author.username}, {"bio", nullptr}, {"image", nullptr}, {"following", false}};
    CHECK(found.at("author") == profile);
    CHECK(client.get(article_path(slug), author.token).status == 200);

    http_question head;
    head.method = "HEAD";
    head.target = article_path(slug);
    const auto without_body = client.ask(head);
    CHECK(without_body.status == 200);
    CHECK(without_body.field("content-length") == std::to_string(read.body.size()));
}

TEST_CASE("titles in any script make slugs that work in a URL") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    const auto title = "마이크로서비스에서 댓글이 달리면 " + author.username;
    const auto slug = publish(client, author, title);
    CHECK(slug == "마이크로서비스에서-댓글이-달리면-" + author.username);
    const auto read = client.get(article_path(slug));
    REQUIRE(read.status == 200);
    CHECK(body_of(read).at("article").at("title").as_string() == title);
    CHECK(client.get(comments_path(slug)).status == 200);
}

TEST_CASE("equal titles are two articles with two slugs") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    const auto title = "The same again, " + author.username;
    std::set<std::string> slugs;
    for (int i = 0; i < 3; ++i) slugs.insert(publish(client, author, title));
    CHECK(slugs.size() == 3);
    for (const auto& slug : slugs) {
        const auto read = client.get(article_path(slug));
        REQUIRE(read.status == 200);
        CHECK(body_of(read).at("article").at("slug").as_string() == slug);
    }
    // Nothing that a slug could be made of.
    const auto none = publish(client, author, "?!");
    CHECK_FALSE(none.empty());
    CHECK(client.get(article_path(none)).status == 200);
}

TEST_CASE("lists are pages, newest first, without bodies") {
    scratch_blog own(topology_arguments());
    blog_client client(own->at());
    const auto empty = client.get("/api/articles");
    CHECK(empty.status == 200);
    CHECK(empty.body == R"({"articles":[],"articlesCount":0})");

    const auto author = sign_up(client);
    std::vector<std::string> newest_first;
    for (int i = 0; i < 23; ++i) {
        newest_first.insert(newest_first.begin(), "Number " + std::to_string(i));
        publish(client, author, newest_first.front());
    }
    const auto part = [&](std::size_t offset, std::size_t size) {
        const auto from = std::min(offset, newest_first.size());
        const auto to = std::min(from + size, newest_first.size());
        return std::vector<std::string>(newest_first.begin() + std::ptrdiff_t(from),
                                        newest_first.begin() + std::ptrdiff_t(to));
    };
    const auto first = client.get("/api/articles");
    CHECK(titles_in(first) == part(0, 20));
    CHECK(count_in(first) == 23);
    const auto items = body_of(first).at("articles").as_array();
    for (const auto& a : items) CHECK_FALSE(a.as_object().contains("body"));

    const auto check_page = [&](const std::string& query, std::size_t offset, std::size_t size) {
        INFO(query);
        const auto page = client.get("/api/articles?" + query);
        REQUIRE(page.status == 200);
        CHECK(titles_in(page) == part(offset, size));
        CHECK(count_in(page) == 23);
    };
    check_page("limit=5", 0, 5);
    check_page("limit=5&offset=20", 20, 5);
    check_page("offset=1000", 23, 0);
    check_page("limit=1000000", 0, 100);
    check_page("limit=99999999999999999999", 0, 100);
    check_page("limit=x&offset=-1", 0, 20);
    check_page("limit=0", 0, 20);
    check_page("offset=99999999999999999999", 23, 0);
    check_page("limit=%35&offset=%32", 2, 5);
}

TEST_CASE("an article needs an author, a title, a description and a body") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    // Who may is asked before what it is.
    check_error(client.post("/api/articles", json::object()), 401, "token", "is missing");
    check_error(client.post("/api/articles", article(fields_of("t")), "bad"), 401, "token",
                "is invalid");
    for (const std::string field : {"title", "description", "body"}) {
        auto fields = fields_of("A title");
        for (const json::value& nothing : {json::value(nullptr), json::value("")}) {
            INFO(field << " is " << json::serialize(nothing));
            fields[field] = nothing;
            check_error(client.post("/api/articles", article(fields), author.token), 422, field,
                        "can't be blank");
        }
        fields.erase(field);
        check_error(client.post("/api/articles", article(fields), author.token), 422, field,
                    "can't be blank");
    }
    auto tags = fields_of("Tags");
    tags["tagList"] = "not a list";
    CHECK(client.post("/api/articles", article(tags), author.token).status == 422);
}

TEST_CASE("an article that is not there is not found") {
    blog_client client(shared_blog().at());
    check_error(client.get("/api/articles/there-is-none"), 404, "article", "not found");
    check_error(client.get(article_path("없는-글")), 404, "article", "not found");
    // No UTF-8, and an escape that is none: no slug can be like that.
    for (const std::string target : {"/api/articles/%ff%fe", "/api/articles/%zz"}) {
        INFO(target);
        CHECK(client.get(target).status == 404);
    }
}
