#include "users_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::users;

namespace {

command_context keyed(std::uint8_t key) {
    command_context context;
    context.key = key_number(key);
    return context;
}

}  // namespace

TEST_CASE("who has signed up can log in, and nobody else as them") {
    users_under_test u;
    const auto made = u.sign_up("jake");
    REQUIRE(made);
    CHECK(made->username == "jake");
    CHECK(made->role == role::author);
    CHECK_FALSE(made->bio);
    CHECK_FALSE(made->image);

    const auto found = u.login("jake@jake.jake", "jakejake");
    REQUIRE(found);
    CHECK(found->id == made->id);
    CHECK(u.login(" Jake@JAKE.jake ", "jakejake"));

    const auto wrong_password = u.login("jake@jake.jake", "Jakejake");
    const auto no_such_user = u.login("nobody@jake.jake", "jakejake");
    REQUIRE_FALSE(wrong_password);
    REQUIRE_FALSE(no_such_user);
    CHECK(wrong_password.error() == no_such_user.error());
    CHECK(wrong_password.error() ==
          problem{errc::unauthenticated, "credentials", "invalid", std::nullopt});
}

TEST_CASE("a name and an e-mail are taken once, however they are written") {
    users_under_test u;
    REQUIRE(u.sign_up("jake"));
    const auto taken = [&](const std::string& name, const std::string& email) {
        register_request wanted{name, email, "jakejake"};
        const auto outcome = run_coroutine(u.users->register_account({}, std::move(wanted)));
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == errc::conflict);
        CHECK(outcome.error().detail == "has already been taken");
        return outcome.error().subject;
    };
    CHECK(taken("jake", "other@jake.jake") == "username");
    CHECK(taken(" JAKE ", "other@jake.jake") == "username");
    CHECK(taken("other", "JAKE@jake.jake") == "email");
    CHECK(u.p.published().size() == 1);
}

TEST_CASE("a new account is told to those who follow, without what is private") {
    users_under_test u;
    const auto made = u.sign_up("jake");
    REQUIRE(made);
    const auto events = u.p.published();
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == "profile_changed");
    CHECK(events[0].key == made->id);
    CHECK(events[0].at == fixed_clock::start);
    CHECK(decode<profile_changed>(events[0].body)->profile ==
          profile{made->id, "jake", std::nullopt, std::nullopt, 1});
    CHECK(events[0].body.find("jake.jake") == std::string::npos);
}

TEST_CASE("a sign-up that is sent again makes one account and gets the same answer") {
    users_under_test u;
    const auto first = u.sign_up("jake", keyed(1));
    const auto again = u.sign_up("jake", keyed(1));
    REQUIRE(first);
    REQUIRE(again);
    CHECK(first->id == again->id);
    CHECK(u.p.published().size() == 1);
    CHECK(u.sign_up("jake", keyed(2)).error().subject == "username");
}

TEST_CASE("a stranger who uses the same key gets nobody's account") {
    users_under_test u;
    REQUIRE(u.sign_up("jake", keyed(1)));
    const auto other = u.sign_up("anne", keyed(1));
    REQUIRE(other);
    CHECK(other->username == "anne");
    const auto intruder = u.sign_up("jake", keyed(1), "not jake's password");
    REQUIRE_FALSE(intruder);
    CHECK(intruder.error().code == errc::conflict);
}

TEST_CASE("profiles are found by their ids, those that exist") {
    users_under_test u;
    const auto jake = u.sign_up("jake"), anne = u.sign_up("anne");
    REQUIRE(jake);
    REQUIRE(anne);
    const auto found =
        run_coroutine(u.users->get_profiles({}, profiles_request{{anne->id, 999, jake->id}}));
    REQUIRE(found);
    REQUIRE(found->profiles.size() == 2);
    CHECK(found->profiles[0].username == "anne");
    CHECK(found->profiles[1].username == "jake");

    profiles_request too_many;
    too_many.ids.resize(profiles_asked_max + 1);
    CHECK(run_coroutine(u.users->get_profiles({}, too_many)).error().code ==
          errc::invalid_argument);
    CHECK(run_coroutine(u.users->get_account({}, account_request{jake->id}))->email ==
          "jake@jake.jake");
    CHECK(run_coroutine(u.users->get_account({}, account_request{999})).error().code ==
          errc::not_found);
}

TEST_CASE("profiles are found by their names, each once, those that exist") {
    users_under_test u;
    REQUIRE(u.sign_up("jake"));
    REQUIRE(u.sign_up("제이크"));
    const usernames_request wanted{{"Jake", "nobody", "제이크", "jake", ""}};
    const auto found = run_coroutine(u.users->find_profiles({}, wanted));
    REQUIRE(found);
    REQUIRE(found->profiles.size() == 2);
    CHECK(found->profiles[0].username == "jake");
    CHECK(found->profiles[1].username == "제이크");
    usernames_request too_many;
    too_many.usernames.resize(profiles_asked_max + 1);
    CHECK(run_coroutine(u.users->find_profiles({}, too_many)).error().code ==
          errc::invalid_argument);
}

TEST_CASE("nobody follows nobody") {
    users_under_test u;
    CHECK(run_coroutine(u.users->followed({}, nothing{}))->ids.empty());
    CHECK(run_coroutine(u.users->followed_among({}, ids_request{{1, 2}}))->ids.empty());
    CHECK(run_coroutine(u.users->followed(query_by(1), nothing{}))->ids.empty());
    ids_request too_many;
    too_many.ids.resize(profiles_asked_max + 1);
    CHECK(run_coroutine(u.users->followed_among(query_by(1), too_many)).error().code ==
          errc::invalid_argument);
}

TEST_CASE("more passwords than can be hashed are refused, not queued without end") {
    settings full = cheap();
    full.hashing_jobs_max = 0;
    users_under_test u(full);
    CHECK(u.sign_up("jake").error().code == errc::rate_limited);
    CHECK(u.login("jake@jake.jake", "jakejake").error().code == errc::rate_limited);
}

TEST_CASE("the routes of users answer as RealWorld expects") {
    users_under_test u;
    const auto routes = u.users->routes();
    const auto body_of = [](const http::response& r) { return json::parse(r.body).as_object(); };

    public_request sign_up{.method = http::verb::post, .path = "/api/users"};
    sign_up.body = R"({"user":{"username":"jake","email":"jake@jake.jake","password":"jakejake"}})";
    const auto made = answer_to(routes, sign_up);
    REQUIRE(made.status == 201);
    auto user = body_of(made).at("user").as_object();
    const auto token =
        verify_token(u.signer.public_key(), user.at("token").as_string(), u.p.clock.now());
    REQUIRE(token);
    CHECK(token->who.user_id == 1);
    user.erase("token");
    const auto expected =
        R"({"email":"jake@jake.jake","username":"jake","bio":null,"image":null,"role":"author"})";
    CHECK(user == json::parse(expected));

    SECTION("a login") {
        public_request login{.method = http::verb::post, .path = "/api/users/login"};
        login.body = R"({"user":{"email":"jake@jake.jake","password":"jakejake"}})";
        CHECK(answer_to(routes, login).status == 200);
        login.body = R"({"user":{"email":"jake@jake.jake","password":"wrong"}})";
        const auto wrong = answer_to(routes, login);
        CHECK(wrong.status == 401);
        CHECK(wrong.body == R"({"errors":{"credentials":["invalid"]}})");
    }
    SECTION("a missing field is a blank one") {
        sign_up.body = R"({"user":{"username":"jake","email":null}})";
        const auto blank = answer_to(routes, sign_up);
        CHECK(blank.status == 422);
        CHECK(blank.body == R"({"errors":{"email":["can't be blank"]}})");
        sign_up.body = R"({"user":)";
        CHECK(answer_to(routes, sign_up).status == 400);
    }
    SECTION("the current user keeps the session") {
        const auto current = answer_to(routes, {.path = "/api/user", .caller = token->who.user_id});
        REQUIRE(current.status == 200);
        CHECK(body_of(current).at("user").at("username") == "jake");
        const auto fresh = body_of(current).at("user").at("token").as_string();
        CHECK(verify_token(u.signer.public_key(), fresh, u.p.clock.now())->who.session_id == 1);
        CHECK(answer_to(routes, {.path = "/api/user", .caller = 999}).status == 401);
    }
}
