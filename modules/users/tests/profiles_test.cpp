#include "users_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::users;

namespace {

struct two_users : users_under_test {
    account jake = *sign_up("jake");
    account anne = *sign_up("anne");

    result<seen_profile> follow(const account& who, const std::string& whom) {
        username_request wanted{whom};
        return run_coroutine(users->follow(as(caller_of(who)), std::move(wanted)));
    }
    result<seen_profile> unfollow(const account& who, const std::string& whom) {
        username_request wanted{whom};
        return run_coroutine(users->unfollow(as(caller_of(who)), std::move(wanted)));
    }
    result<updated_account> change(const account& who, update_request what) {
        return run_coroutine(users->update_account(as(caller_of(who)), std::move(what)));
    }
    std::vector<events::event> published_of_kind(std::string_view kind) {
        auto all = p.published();
        std::erase_if(all, [&](const auto& e) { return e.kind != kind; });
        return all;
    }
};

}  // namespace

TEST_CASE("who follows whom is told once, and known by both questions") {
    two_users u;
    const auto seen = u.follow(u.jake, "Anne");
    REQUIRE(seen);
    CHECK(seen->profile.username == "anne");
    CHECK(seen->following);
    CHECK(u.follow(u.jake, "anne")->following);
    const auto told = u.published_of_kind("user_followed");
    REQUIRE(told.size() == 1);
    CHECK(told[0].key == u.anne.id);
    CHECK(told[0].body ==
          fmt::format(R"({{"follower_id":{},"followed_id":{}}})", u.jake.id, u.anne.id));

    const query_context by_jake = query_by(u.jake.id);
    CHECK(run_coroutine(u.users->followed(by_jake, nothing{}))->ids == std::vector{u.anne.id});
    CHECK(run_coroutine(u.users->followed(query_by(u.anne.id), nothing{}))->ids.empty());
    const ids_request both{{u.jake.id, u.anne.id, 999}};
    CHECK(run_coroutine(u.users->followed_among(by_jake, both))->ids == std::vector{u.anne.id});
    CHECK(run_coroutine(u.users->get_profile(by_jake, username_request{"anne"}))->following);
    CHECK_FALSE(run_coroutine(u.users->get_profile({}, username_request{"anne"}))->following);

    CHECK_FALSE(u.unfollow(u.jake, "anne")->following);
    CHECK_FALSE(u.unfollow(u.jake, "anne")->following);
    CHECK(run_coroutine(u.users->followed(by_jake, nothing{}))->ids.empty());
    REQUIRE(u.follow(u.jake, "anne"));
    CHECK(u.published_of_kind("user_followed").size() == 2);
}

TEST_CASE("nobody follows himself, nor who does not exist, nor without a name of his own") {
    two_users u;
    CHECK(u.follow(u.jake, "JAKE").error().code == errc::invalid_argument);
    const problem missing{errc::not_found, "profile", "not found", std::nullopt};
    CHECK(u.follow(u.jake, "nobody").error() == missing);
    CHECK(u.unfollow(u.jake, "nobody").error() == missing);
    CHECK(run_coroutine(u.users->get_profile({}, username_request{"nobody"})).error() == missing);
    username_request anne{"anne"};
    const auto followed = run_coroutine(u.users->follow({}, std::move(anne)));
    CHECK(followed.error().code == errc::unauthenticated);
    CHECK(u.published_of_kind("user_followed").empty());
}

TEST_CASE("nobody follows without end") {
    two_users u;
    (void)u.p.write([&](sqlite::connection& db) {
        db.run(
            "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) "
            "INSERT INTO users_follows SELECT ?1, i, 0 FROM n",
            u.jake.id, 1000 + followed_max - 1);
    });
    CHECK(u.follow(u.jake, "anne").error().code == errc::invalid_argument);
    CHECK(u.published_of_kind("user_followed").empty());
    CHECK(u.follow(u.anne, "jake"));
}

TEST_CASE("a change changes what is given, and tells it if others see it") {
    two_users u;
    const auto first = u.change(u.jake, {.bio = "I work at\nstatefarm", .image = "https://i"});
    REQUIRE(first);
    CHECK(first->account.username == "jake");
    CHECK(first->account.bio == "I work at\nstatefarm");
    CHECK(first->account.image == "https://i");
    CHECK_FALSE(first->authority);
    const auto cleared = u.change(u.jake, {.bio = ""});
    CHECK_FALSE(cleared->account.bio);
    CHECK(cleared->account.image == "https://i");
    const auto renamed = u.change(u.jake, {.username = " Jacob ", .email = "jacob@jake.jake"});
    CHECK(renamed->account.username == "Jacob");
    CHECK(renamed->account.email == "jacob@jake.jake");
    REQUIRE(u.change(u.jake, {.email = "j@jake.jake"}));
    REQUIRE(u.change(u.jake, {}));
    CHECK(u.login("j@jake.jake", "jakejake"));

    auto told = u.published_of_kind("profile_changed");
    REQUIRE(told.size() == 5);  // two sign-ups, and three changes that show
    CHECK(decode<profile_changed>(told.back().body)->profile ==
          profile{u.jake.id, "Jacob", std::nullopt, "https://i", 4});
    CHECK(told.back().key == u.jake.id);
}

TEST_CASE("a change cannot take what is another's, and may keep its own") {
    two_users u;
    CHECK(u.change(u.jake, {.username = "ANNE"}).error() ==
          problem{errc::conflict, "username", "has already been taken", std::nullopt});
    CHECK(u.change(u.jake, {.email = "anne@jake.jake", .bio = "x"}).error().subject == "email");
    CHECK_FALSE(run_coroutine(u.users->get_account({}, account_request{u.jake.id}))->bio);
    CHECK(u.change(u.jake, {.username = "Jake", .email = "JAKE@jake.jake"}));
    CHECK(u.change(u.jake, {.password = "1234567"}).error().subject == "password");
    CHECK(run_coroutine(u.users->update_account({}, update_request{})).error().code ==
          errc::unauthenticated);
}

TEST_CASE("a change that is sent again is made once and gets the same answer") {
    two_users u;
    auto context = as(caller_of(u.jake));
    context.key = key_number(1);
    const update_request wanted{.password = "another password", .bio = "once"};
    const auto first = run_coroutine(u.users->update_account(context, wanted));
    const auto again = run_coroutine(u.users->update_account(context, wanted));
    REQUIRE(first);
    REQUIRE(again);
    CHECK(encode(*first) == encode(*again));
    CHECK(u.published_of_kind("authority_changed").size() == 1);
}

TEST_CASE("the routes of profiles answer as RealWorld expects") {
    two_users u;
    const auto routes = u.users->routes();
    const std::string path = "/api/profiles/{username}";
    const auto seen = answer_to(routes, {.path = path, .params = {{"username", "anne"}}});
    CHECK(seen.status == 200);
    CHECK(seen.body ==
          R"({"profile":{"username":"anne","bio":null,"image":null,"following":false}})");
    public_request follow{.method = http::verb::post, .path = path + "/follow"};
    follow.caller = u.jake.id;
    follow.params = {{"username", "anne"}};
    CHECK(answer_to(routes, follow).body ==
          R"({"profile":{"username":"anne","bio":null,"image":null,"following":true}})");
    follow.method = http::verb::del;
    CHECK(answer_to(routes, follow).body ==
          R"({"profile":{"username":"anne","bio":null,"image":null,"following":false}})");
    follow.params = {{"username", "nobody"}};
    CHECK(answer_to(routes, follow).body == R"({"errors":{"profile":["not found"]}})");

    public_request change{.method = http::verb::put, .path = "/api/user"};
    change.caller = u.jake.id;
    const auto changed = [&](const std::string& user) {
        change.body = R"({"user":)" + user + "}";
        return answer_to(routes, change);
    };
    CHECK(changed(R"({"bio":"b","image":"i"})").status == 200);
    const auto now = json::parse(changed("{}").body).at("user").as_object();
    CHECK(now.at("bio") == "b");
    CHECK(now.at("image") == "i");
    const auto none = json::parse(changed(R"({"bio":"","image":null})").body).at("user");
    CHECK(none.at("bio").is_null());
    CHECK(none.at("image").is_null());
    for (const std::string field : {"username", "email", "password"})
        for (const std::string nothing : {"null", R"("")"}) {
            const auto refused = changed(fmt::format(R"({{"{}":{}}})", field, nothing));
            CHECK(refused.status == 422);
            CHECK(refused.body == R"({"errors":{")" + field + R"(":["can't be blank"]}})");
        }
}
