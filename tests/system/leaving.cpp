#include "leaving.hpp"

#include <catch2/catch.hpp>
#include <support/eventually.hpp>

namespace cleave::test {

http_answer delete_account(blog_client& client, const visitor& who, std::string_view with) {
    http_question question;
    question.method = "DELETE";
    question.target = "/api/user";
    question.headers = authorization(who.token);
    question.body = json::serialize(json::object{{"user", json::object{{"password", with}}}});
    return client.ask(question);
}

std::string begin_deletion(blog_client& client, const visitor& who) {
    const auto answer = delete_account(client, who);
    INFO(answer.body);
    REQUIRE(answer.status == 202);
    return answer.field("location");
}

std::string state_at(const address& blog, const std::string& location) {
    try {
        blog_client client(blog);
        const auto answer = client.get(location);
        if (answer.status != 200) return std::to_string(answer.status);
        return std::string(body_of(answer).at("deletion").at("state").as_string());
    } catch (const std::runtime_error&) {
        return "unreachable";  // It is being killed just now.
    }
}

bool is_completed(const address& blog, const std::string& location) {
    return eventually([&] { return state_at(blog, location) == "completed"; });
}

person live(blog_client& client, const visitor& other, const std::string& others_slug) {
    person p{sign_up(client, "leaver"), {}};
    p.slug = publish(client, p.who, unique_name("Mine, says " + p.who.username));
    for (const auto& [by, slug] : {std::pair(p.who, others_slug), std::pair(other, p.slug)}) {
        write_comment(client, by, slug, "by " + by.username);
        REQUIRE(client.post(article_path(slug) + "/favorite", json::object(), by.token).status ==
                200);
    }
    const auto follow = [&](const visitor& by, const visitor& whom) {
        const auto path = "/api/profiles/" + whom.username + "/follow";
        REQUIRE(client.post(path, json::object(), by.token).status == 200);
    };
    follow(p.who, other);
    follow(other, p.who);
    return p;
}

std::int64_t number(blog_client& client, const std::string& target, std::string_view field,
                    const visitor& by) {
    return body_of(client.get(target, by.token)).at(field).as_int64();
}

void check_gone(blog_client& client, const person& p) {
    const auto& name = p.who.username;
    check_error(client.get("/api/profiles/" + name), 404, "profile", "not found");
    check_error(client.get(article_path(p.slug)), 404, "article", "not found");
    CHECK(number(client, "/api/articles?author=" + name, "articlesCount") == 0);
    CHECK(number(client, "/api/articles?favorited=" + name, "articlesCount") == 0);
    CHECK(number(client, "/api/articles?search=" + name, "articlesCount") == 0);
    check_error(client.get("/api/user", p.who.token), 401, "token", "is invalid");
    const json::object user{{"email", p.who.email}, {"password", password}};
    check_error(client.post("/api/users/login", {{"user", user}}), 401, "credentials", "invalid");
}

}  // namespace cleave::test
