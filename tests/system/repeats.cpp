// A request with an Idempotency-Key may be sent again, and is done once.
#include <catch2/catch.hpp>
#include <future>
#include <set>

#include "topology.hpp"

using namespace cleave::test;

namespace {

json::value comment(std::string_view body) {
    return json::object{{"comment", json::object{{"body", body}}}};
}

json::value user(const std::string& name, std::string_view secret) {
    return json::object{
        {"user",
         json::object{{"username", name}, {"email", name + "@example.com"}, {"password", secret}}}};
}

std::size_t comments_on(blog_client& client, const std::string& slug) {
    return body_of(client.get(comments_path(slug))).at("comments").as_array().size();
}

}  // namespace

TEST_CASE("a comment that is sent again with its key is the same comment") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client), reader = sign_up(client);
    const auto slug = publish(client, author, "Once " + author.username);
    const auto key = idempotency_key(unique_name("key-"));
    const auto first = client.post(comments_path(slug), comment("once"), reader.token, key);
    REQUIRE(first.status == 201);
    for (int i = 0; i < 3; ++i) {
        const auto again = client.post(comments_path(slug), comment("once"), reader.token, key);
        CHECK(again.status == 201);
        CHECK(again.body == first.body);
    }
    CHECK(comments_on(client, slug) == 1);
    // Another's key of the same name is another key.
    CHECK(client.post(comments_path(slug), comment("mine"), author.token, key).status == 201);
    CHECK(comments_on(client, slug) == 2);
    // Without a key, or with another one, it is another comment.
    CHECK(client.post(comments_path(slug), comment("once"), reader.token).status == 201);
    CHECK(client
              .post(comments_path(slug), comment("once"), reader.token,
                    idempotency_key(unique_name("key-")))
              .status == 201);
    CHECK(comments_on(client, slug) == 4);

    const auto notified = [&] {
        return body_of(client.get("/api/notifications", author.token))
            .at("notificationsCount")
            .as_int64();
    };
    REQUIRE(eventually([&] { return notified() >= 3; }));
    CHECK(notified() == 3);
}

TEST_CASE("the same comment sent many times at once is one comment") {
    const auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "At once " + author.username);
    const auto key = idempotency_key(unique_name("key-"));
    const auto send = [&] {
        blog_client own(blog.at());
        return own.post(comments_path(slug), comment("at once"), author.token, key);
    };
    std::vector<std::future<http_answer>> all;
    for (int i = 0; i < 8; ++i) all.push_back(std::async(std::launch::async, send));
    std::set<std::string> bodies;
    for (auto& each : all) {
        const auto answer = each.get();
        CHECK(answer.status == 201);
        bodies.insert(answer.body);
    }
    CHECK(bodies.size() == 1);
    CHECK(comments_on(client, slug) == 1);
}

TEST_CASE("a failure is not remembered under its key") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Try again " + author.username);
    const auto key = idempotency_key(unique_name("key-"));
    CHECK(client.post(comments_path(slug), comment(""), author.token, key).status == 422);
    CHECK(client.post(comments_path(slug), comment("words"), author.token, key).status == 201);
    CHECK(comments_on(client, slug) == 1);
}

TEST_CASE("an article and an account that are sent again with their keys are the same") {
    blog_client client(shared_blog().at());
    const auto key = idempotency_key(unique_name("key-"));
    const auto name = unique_name("repeated");
    const auto first = client.post("/api/users", user(name, password), {}, key);
    REQUIRE(first.status == 201);
    const auto again = client.post("/api/users", user(name, password), {}, key);
    REQUIRE(again.status == 201);
    CHECK(body_of(again).at("user").at("username").as_string() == name);
    // The key of somebody who has no account yet is no secret: with it alone nobody gets in.
    check_error(client.post("/api/users", user(name, "password-of-another"), {}, key), 409,
                "username", "has already been taken");
    check_error(client.post("/api/users", user(name, password)), 409, "username",
                "has already been taken");

    const std::string token(body_of(again).at("user").at("token").as_string());
    const json::value article = json::object{
        {"article", json::object{{"title", "Twice " + name}, {"description", "d"}, {"body", "b"}}}};
    const auto published = client.post("/api/articles", article, token, key);
    REQUIRE(published.status == 201);
    const auto sent_again = client.post("/api/articles", article, token, key);
    CHECK(sent_again.status == 201);
    CHECK(sent_again.body == published.body);
    CHECK(client.get(article_path("twice-" + name)).status == 200);
}

TEST_CASE("a key has a length") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Keys " + author.username);
    for (const auto& bad : {std::string(), std::string(256, 'k')}) {
        blog_client fresh(shared_blog().at());
        const auto answer =
            fresh.post(comments_path(slug), comment("x"), author.token, idempotency_key(bad));
        CHECK(answer.status == 400);
    }
    http_question twice;
    twice.method = "POST";
    twice.target = comments_path(slug);
    twice.headers = authorization(author.token) + idempotency_key("a") + idempotency_key("b");
    twice.body = json::serialize(comment("x"));
    CHECK(blog_client(shared_blog().at()).ask(twice).status == 400);
    CHECK(comments_on(client, slug) == 0);
}
