// Profiles, following, and changes of one's own account.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

std::string profile_path(const std::string& username) {
    return "/api/profiles/" + percent_encoded(username);
}

json::object profile_in(const http_answer& answer) {
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return body_of(answer).at("profile").as_object();
}

http_answer follow(blog_client& client, const visitor& who, const std::string& username) {
    return client.post(profile_path(username) + "/follow", json::object(), who.token);
}

http_answer change(blog_client& client, const visitor& who, json::object fields) {
    return client.put("/api/user", json::object{{"user", std::move(fields)}}, who.token);
}

}  // namespace

TEST_CASE("a profile is everyone's to see, and following is the caller's own") {
    blog_client client(shared_blog().at());
    const auto ann = sign_up(client, "앤-"), bo = sign_up(client, "bo");
    const auto seen = profile_in(client.get(profile_path(ann.username)));
    CHECK(seen == json::parse(R"({"username":")" + ann.username +
                              R"(","bio":null,"image":null,"following":false})"));
    for (int i = 0; i < 2; ++i)
        CHECK(profile_in(follow(client, bo, ann.username)).at("following").as_bool());
    CHECK(profile_in(client.get(profile_path(ann.username), bo.token)).at("following").as_bool());
    CHECK_FALSE(profile_in(client.get(profile_path(ann.username))).at("following").as_bool());
    CHECK_FALSE(
        profile_in(client.get(profile_path(bo.username), ann.token)).at("following").as_bool());
    for (int i = 0; i < 2; ++i) {
        const auto left = client.del(profile_path(ann.username) + "/follow", bo.token);
        CHECK_FALSE(profile_in(left).at("following").as_bool());
    }
}

TEST_CASE("who does not exist cannot be seen or followed, and nobody follows himself") {
    blog_client client(shared_blog().at());
    const auto who = sign_up(client);
    const std::string nobody = "nobody-of-that-name";
    check_error(client.get(profile_path(nobody)), 404, "profile", "not found");
    check_error(follow(client, who, nobody), 404, "profile", "not found");
    check_error(client.del(profile_path(nobody) + "/follow", who.token), 404, "profile",
                "not found");
    check_error(follow(client, {}, nobody), 401, "token", "is missing");
    check_error(client.del(profile_path(nobody) + "/follow"), 401, "token", "is missing");
    CHECK(follow(client, who, who.username).status == 422);
}

TEST_CASE("an account changes in what is given, and is everywhere the same") {
    blog_client client(shared_blog().at());
    const auto who = sign_up(client);
    REQUIRE(
        change(client, who, {{"bio", "바이오"}, {"image", "https://example.com/a.png"}}).status ==
        200);
    const auto new_name = unique_name("renamed");
    const auto renamed = change(client, who, {{"username", new_name}});
    REQUIRE(renamed.status == 200);
    const auto user = body_of(renamed).at("user").as_object();
    CHECK(user.at("username").as_string() == new_name);
    CHECK(user.at("email").as_string() == who.email);
    CHECK(user.at("bio").as_string() == "바이오");
    CHECK(user.at("role").as_string() == "author");
    CHECK(profile_in(client.get(profile_path(new_name))).at("image").as_string() ==
          "https://example.com/a.png");
    check_error(client.get(profile_path(who.username)), 404, "profile", "not found");

    for (const json::value& nothing : {json::value(""), json::value(nullptr)}) {
        REQUIRE(change(client, who, {{"bio", "again"}, {"image", "again"}}).status == 200);
        const auto cleared = change(client, who, {{"bio", nothing}, {"image", nothing}});
        REQUIRE(cleared.status == 200);
        CHECK(body_of(cleared).at("user").at("bio").is_null());
        CHECK(body_of(cleared).at("user").at("image").is_null());
        for (const std::string field : {"username", "email", "password"})
            check_error(change(client, who, {{field, nothing}}), 422, field, "can't be blank");
    }
    CHECK(change(client, who, {{"password", "1234567"}}).status == 422);
    check_error(change(client, {}, {{"bio", "x"}}), 401, "token", "is missing");
    CHECK(client.get("/api/user", who.token).status == 200);
}

TEST_CASE("a change cannot take what belongs to another account") {
    blog_client client(shared_blog().at());
    const auto ann = sign_up(client), bo = sign_up(client);
    check_error(change(client, bo, {{"username", ann.username}}), 409, "username",
                "has already been taken");
    check_error(change(client, bo, {{"email", ann.email}}), 409, "email", "has already been taken");
    CHECK(change(client, bo, {{"username", bo.username}, {"email", bo.email}}).status == 200);
}
