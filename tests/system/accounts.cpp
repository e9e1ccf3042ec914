// Sign-up, login and the current user, with every answer that the contract knows.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

json::value user(json::object fields) {
    return json::object{{"user", std::move(fields)}};
}

json::object sign_up_fields(const std::string& name) {
    return {{"username", name}, {"email", name + "@example.com"}, {"password", password}};
}

}  // namespace

TEST_CASE("who signs up can log in and is the current user") {
    blog_client client(shared_blog().at());
    const auto name = unique_name("사용자-");
    const auto made = client.post("/api/users", user(sign_up_fields(name)));
    REQUIRE(made.status == 201);
    CHECK(made.field("content-type") == "application/json; charset=utf-8");
    const auto account = body_of(made).at("user").as_object();
    CHECK(account.at("username").as_string() == name);
    CHECK(account.at("email").as_string() == name + "@example.com");
    CHECK(account.at("bio").is_null());
    CHECK(account.at("image").is_null());
    const std::string token(account.at("token").as_string());
    CHECK_FALSE(token.empty());

    const auto login = client.post(
        "/api/users/login", user({{"email", name + "@example.com"}, {"password", password}}));
    REQUIRE(login.status == 200);
    CHECK(body_of(login).at("user").at("username").as_string() == name);
    const std::string second(body_of(login).at("user").at("token").as_string());

    for (const auto& each : {token, second}) {
        const auto current = client.get("/api/user", each);
        REQUIRE(current.status == 200);
        CHECK(body_of(current).at("user").at("username").as_string() == name);
        CHECK_FALSE(body_of(current).at("user").at("token").as_string().empty());
    }
    http_question bearer;
    bearer.target = "/api/user";
    bearer.headers = "Authorization: Bearer " + token + "\r\n";
    CHECK(client.ask(bearer).status == 200);
}

TEST_CASE("without a good token nobody is the current user") {
    blog_client client(shared_blog().at());
    const auto who = sign_up(client);
    const auto missing = client.get("/api/user");
    check_error(missing, 401, "token", "is missing");
    CHECK(missing.field("www-authenticate") == "Token");

    auto forged = who.token;
    forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
    // {"alg":"none","typ":"JWT"} over the same claims, and no signature.
    const auto first_dot = who.token.find('.'), last_dot = who.token.rfind('.');
    const auto unsigned_token = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" +
                                who.token.substr(first_dot, last_dot - first_dot) + ".";
    for (const auto& bad : {std::string("nonsense"), forged, unsigned_token,
                            who.token.substr(0, last_dot), who.token + "A", std::string("..")}) {
        INFO(bad);
        check_error(client.get("/api/user", bad), 401, "token", "is invalid");
        // Also where a token is optional.
        check_error(client.get("/api/articles", bad), 401, "token", "is invalid");
    }
    http_question other_scheme;
    other_scheme.target = "/api/user";
    other_scheme.headers = "Authorization: Basic dXNlcjpwYXNz\r\n";
    check_error(client.ask(other_scheme), 401, "token", "is invalid");
}

TEST_CASE("a wrong password and an unknown e-mail are the same failure") {
    blog_client client(shared_blog().at());
    const auto who = sign_up(client);
    const auto wrong =
        client.post("/api/users/login", user({{"email", who.email}, {"password", "password124"}}));
    check_error(wrong, 401, "credentials", "invalid");
    CHECK(wrong.field("www-authenticate") == "Token");
    const auto unknown =
        client.post("/api/users/login", user({{"email", "x" + who.email}, {"password", password}}));
    check_error(unknown, 401, "credentials", "invalid");
    CHECK(unknown.head.substr(0, unknown.head.find("\r\n")) ==
          wrong.head.substr(0, wrong.head.find("\r\n")));
}

TEST_CASE("a name and an e-mail belong to one account") {
    blog_client client(shared_blog().at());
    const auto who = sign_up(client);
    auto same_name = sign_up_fields(unique_name("other"));
    same_name["username"] = who.username;
    check_error(client.post("/api/users", user(same_name)), 409, "username",
                "has already been taken");
    auto same_email = sign_up_fields(unique_name("other"));
    same_email["email"] = who.email;
    check_error(client.post("/api/users", user(same_email)), 409, "email",
                "has already been taken");
}

TEST_CASE("what is missing, null, blank or of another kind is named") {
    blog_client client(shared_blog().at());
    for (const std::string field : {"username", "email", "password"}) {
        auto fields = sign_up_fields(unique_name("blank"));
        for (const json::value& nothing :
             {json::value(nullptr), json::value(""), json::value(" ")}) {
            INFO(field << " is " << json::serialize(nothing));
            fields[field] = nothing;
            check_error(client.post("/api/users", user(fields)), 422, field, "can't be blank");
        }
        fields[field] = 7;
        const auto number = client.post("/api/users", user(fields));
        CHECK(number.status == 422);
        CHECK(body_of(number).at("errors").as_object().contains(field));
        fields.erase(field);
        check_error(client.post("/api/users", user(fields)), 422, field, "can't be blank");
    }
    check_error(client.post("/api/users/login", user({{"password", password}})), 422, "email",
                "can't be blank");
    check_error(client.post("/api/users/login", user({{"email", "a@example.com"}})), 422,
                "password", "can't be blank");
    auto short_password = sign_up_fields(unique_name("short"));
    short_password["password"] = "1234567";
    const auto refused = client.post("/api/users", user(short_password));
    CHECK(refused.status == 422);
    CHECK(body_of(refused).at("errors").as_object().contains("password"));
    const auto nobody = client.post("/api/users", json::object());
    CHECK(nobody.status == 422);
    CHECK(body_of(nobody).at("errors").is_object());
}

TEST_CASE("long names and passwords are fine") {
    blog_client client(shared_blog().at());
    auto fields = sign_up_fields(unique_name("a-name-of-well-over-twenty-five-letters-"));
    fields["password"] = std::string(100, 'p') + "비밀번호";
    CHECK(client.post("/api/users", user(fields)).status == 201);
    const auto login =
        client.post("/api/users/login",
                    user({{"email", fields.at("email")}, {"password", fields.at("password")}}));
    CHECK(login.status == 200);
}
