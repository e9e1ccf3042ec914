// RealWorld 2.0.0 as its front ends use it: each route once, in the order of a visit, with exactly
// the fields of the specification (and `role` in a user, which front ends pass over).
#include <catch2/catch.hpp>
#include <set>

#include "topology.hpp"

using namespace cleave::test;

namespace {

using names = std::set<std::string>;

const names user_fields{"email", "token", "username", "bio", "image", "role"};
const names profile_fields{"username", "bio", "image", "following"};
const names item_fields{"slug",      "title",     "description", "tagList",       "createdAt",
                        "updatedAt", "favorited", "author",      "favoritesCount"};
const names comment_fields{"id", "createdAt", "updatedAt", "body", "author"};

names article_fields() {
    names all = item_fields;
    all.insert("body");
    return all;
}

names names_in(const json::value& object) {
    names found;
    for (const auto& member : object.as_object()) found.insert(std::string(member.key()));
    return found;
}

// What stands under `name` in a good answer, with exactly these fields.
json::value expect(const http_answer& answer, int status, std::string_view name,
                   const names& fields) {
    INFO(answer.body);
    REQUIRE(answer.status == status);
    CHECK(answer.field("content-type") == "application/json; charset=utf-8");
    const auto body = body_of(answer);
    CHECK(names_in(body) == names{std::string(name)});
    CHECK(names_in(body.at(name)) == fields);
    return body.at(name);
}

json::value expect_page(const http_answer& answer, std::size_t count, std::int64_t total) {
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    const auto body = body_of(answer);
    CHECK(names_in(body) == names{"articles", "articlesCount"});
    CHECK(body.at("articlesCount").as_int64() == total);
    REQUIRE(body.at("articles").as_array().size() == count);
    for (const auto& item : body.at("articles").as_array()) {
        CHECK(names_in(item) == item_fields);
        CHECK(names_in(item.at("author")) == profile_fields);
    }
    return body.at("articles");
}

bool is_timestamp(const json::value& value) {
    const std::string text(value.as_string());
    return text.size() == 24 && text[10] == 'T' && text[19] == '.' && text.back() == 'Z';
}

}  // namespace

TEST_CASE("a visit of a RealWorld front end") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client, "jake");
    const auto reader = sign_up(client, "jane");
    const auto tag = unique_name("tag_");

    // The account.
    auto user = expect(client.get("/api/user", author.token), 200, "user", user_fields);
    CHECK(user.at("bio").is_null());
    CHECK(user.at("image").is_null());
    const json::object changes{{"bio", "I work at statefarm"}, {"image", "https://x.example/1"}};
    user = expect(client.put("/api/user", json::object{{"user", changes}}, author.token), 200,
                  "user", user_fields);
    CHECK(user.at("bio").as_string() == "I work at statefarm");
    user = expect(
        client.put("/api/user", json::object{{"user", json::object{{"image", ""}}}}, author.token),
        200, "user", user_fields);
    CHECK(user.at("image").is_null());
    CHECK(user.at("bio").as_string() == "I work at statefarm");

    // The profile, from another's eyes.
    const std::string profile_at = "/api/profiles/" + author.username;
    auto profile = expect(client.get(profile_at), 200, "profile", profile_fields);
    CHECK_FALSE(profile.at("following").as_bool());
    profile = expect(client.post(profile_at + "/follow", json::object(), reader.token), 200,
                     "profile", profile_fields);
    CHECK(profile.at("following").as_bool());
    profile = expect(client.get(profile_at, reader.token), 200, "profile", profile_fields);
    CHECK(profile.at("following").as_bool());

    // An article.
    const json::object draft{{"title", unique_name("How to train your dragon")},
                             {"description", "Ever wonder how?"},
                             {"body", "You have to believe"},
                             {"tagList", json::array{"dragons", tag, "angularjs"}}};
    auto article =
        expect(client.post("/api/articles", json::object{{"article", draft}}, author.token), 201,
               "article", article_fields());
    const std::string slug(article.at("slug").as_string());
    CHECK(names_in(article.at("author")) == profile_fields);
    CHECK(article.at("tagList") == json::value(json::array{"angularjs", "dragons", tag}));
    CHECK(is_timestamp(article.at("createdAt")));
    CHECK(article.at("createdAt") == article.at("updatedAt"));

    article =
        expect(client.get(article_path(slug), reader.token), 200, "article", article_fields());
    CHECK(article.at("author").at("following").as_bool());
    CHECK_FALSE(article.at("favorited").as_bool());
    article = expect(client.get(article_path(slug)), 200, "article", article_fields());
    CHECK_FALSE(article.at("author").at("following").as_bool());

    // Lists.
    expect_page(client.get("/api/articles?tag=" + tag), 1, 1);
    expect_page(client.get("/api/articles?author=" + author.username), 1, 1);
    const auto fed = expect_page(client.get("/api/articles/feed", reader.token), 1, 1);
    CHECK(fed.at(0).at("slug").as_string() == slug);
    CHECK(fed.at(0).at("author").at("following").as_bool());
    expect_page(client.get("/api/articles/feed", author.token), 0, 0);
    const auto tags = body_of(client.get("/api/tags")).at("tags").as_array();
    CHECK(std::ranges::find(tags, json::value(tag)) != tags.end());

    // A favourite.
    article = expect(client.post(article_path(slug) + "/favorite", json::object(), reader.token),
                     200, "article", article_fields());
    CHECK(article.at("favorited").as_bool());
    CHECK(article.at("favoritesCount").as_int64() == 1);
    const auto favorites = "/api/articles?favorited=" + reader.username;
    CHECK(expect_page(client.get(favorites, reader.token), 1, 1).at(0).at("favorited").as_bool());
    article = expect(client.del(article_path(slug) + "/favorite", reader.token), 200, "article",
                     article_fields());
    CHECK(article.at("favoritesCount").as_int64() == 0);
    expect_page(client.get(favorites), 0, 0);

    // An edit.
    article = expect(client.put(article_path(slug),
                                json::object{{"article", json::object{{"body", "With two hands"}}}},
                                author.token),
                     200, "article", article_fields());
    CHECK(article.at("slug").as_string() == slug);
    CHECK(article.at("updatedAt") != article.at("createdAt"));
    CHECK(article.at("tagList").as_array().size() == 3);
    article = expect(client.put(article_path(slug),
                                json::object{{"article", json::object{{"tagList", json::array()}}}},
                                author.token),
                     200, "article", article_fields());
    CHECK(article.at("tagList").as_array().empty());
    CHECK(client
              .put(article_path(slug),
                   json::object{{"article", json::object{{"tagList", nullptr}}}}, author.token)
              .status == 422);

    // A comment.
    auto comment = expect(
        client.post(comments_path(slug),
                    json::object{{"comment", json::object{{"body", "Thanks"}}}}, reader.token),
        201, "comment", comment_fields);
    CHECK(names_in(comment.at("author")) == profile_fields);
    const auto comment_at = comments_path(slug) + "/" + std::to_string(comment.at("id").as_int64());
    const auto listed = body_of(client.get(comments_path(slug))).at("comments").as_array();
    REQUIRE(listed.size() == 1);
    CHECK(names_in(listed[0]) == comment_fields);
    check_error(client.del(comment_at, author.token), 403, "comment", "forbidden");
    CHECK(client.del(comment_at, reader.token).status == 204);
    check_error(client.del(comment_at, reader.token), 404, "comment", "not found");
    CHECK(client.get(comments_path(slug)).body == R"({"comments":[]})");

    // The end of it.
    check_error(client.del(article_path(slug), reader.token), 403, "article", "forbidden");
    CHECK(client.del(article_path(slug), author.token).status == 204);
    check_error(client.get(article_path(slug)), 404, "article", "not found");
    profile =
        expect(client.del(profile_at + "/follow", reader.token), 200, "profile", profile_fields);
    CHECK_FALSE(profile.at("following").as_bool());
}
