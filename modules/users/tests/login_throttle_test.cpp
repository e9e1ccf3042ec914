#include "login_throttle.hpp"

#include <catch2/catch.hpp>
#include <support/fixed_clock.hpp>
#include <support/seeded_random.hpp>

#include "users_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::users;
using std::chrono::seconds;

namespace {

struct throttled {
    fixed_clock clock;
    seeded_random random;
    login_limits limits{.failures_per_account = 3,
                        .account_recovers_every = std::chrono::seconds(30),
                        .failures_per_address = 5,
                        .address_recovers_every = std::chrono::seconds(1),
                        .remembered = 64};
    login_throttle throttle{limits, clock, random};

    int attempts(const std::string& account, const std::string& address, int most = 100) {
        int made = 0;
        while (made < most && !throttle.take(account, address)) ++made;
        return made;
    }
};

}  // namespace

TEST_CASE("an account is guessed at a few times, and then one time now and then") {
    throttled t;
    CHECK(t.attempts("jake@jake.jake", "") == 3);
    CHECK(t.throttle.take("jake@jake.jake", "") == seconds(30));
    CHECK(t.throttle.take(" JAKE@jake.jake", "203.0.113.7") == seconds(30));
    CHECK(t.throttle.wait("jake@jake.jake", "") == seconds(30));
    CHECK_FALSE(t.throttle.take("anne@jake.jake", ""));
    t.clock.advance(std::chrono::milliseconds(29'001));
    CHECK(t.throttle.take("jake@jake.jake", "") == seconds(1));
    t.clock.advance(seconds(1));
    CHECK(t.attempts("jake@jake.jake", "") == 1);
    t.clock.advance(std::chrono::hours(1));
    CHECK(t.attempts("jake@jake.jake", "") == 3);
}

TEST_CASE("an address guesses at many accounts no faster") {
    throttled t;
    int made = 0;
    for (int i = 0; i < 20; ++i)
        if (!t.throttle.take(std::to_string(i), "203.0.113.7")) ++made;
    CHECK(made == 5);
    // Nobody's account is the worse for what was refused.
    CHECK(t.attempts("19", "") == 3);
    CHECK(t.attempts("any", "198.51.100.1") == 3);
    t.clock.advance(seconds(2));
    CHECK(t.attempts("one more", "203.0.113.7", 2) == 2);
    CHECK(t.throttle.take("and one more", "203.0.113.7"));
}

TEST_CASE("a network is one address, and this host is none") {
    CHECK(network_of("2001:db8::1") == network_of("2001:db8:0:0:ffff::9"));
    CHECK(network_of("2001:db8::1") != network_of("2001:db8:0:1::1"));
    CHECK(network_of("203.0.113.7") != network_of("203.0.113.8"));
    CHECK(network_of("::ffff:203.0.113.7") == network_of("203.0.113.7"));
    for (const char* own : {"127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", ""})
        CHECK(network_of(own).empty());
}

TEST_CASE("who gets it right has not failed") {
    throttled t;
    for (int i = 0; i < 100; ++i) {
        REQUIRE_FALSE(t.throttle.take("jake", "203.0.113.7"));
        t.throttle.give_back("jake", "203.0.113.7");
    }
    CHECK(t.attempts("jake", "203.0.113.7") == 3);
}

TEST_CASE("however many are remembered, the memory is the same, and the worst are not forgotten") {
    throttled t;
    CHECK(t.attempts("jake", "") == 3);
    for (int i = 0; i < 10'000; ++i) t.throttle.take("somebody " + std::to_string(i), "");
    CHECK(t.throttle.take("jake", ""));
}

TEST_CASE("a login that is refused says when to come back, and a right one in time is fine") {
    settings s = cheap();
    s.logins.failures_per_account = 3;
    users_under_test u(s);
    REQUIRE(u.sign_up("jake"));
    const auto routes = u.users->routes();
    public_request login{.method = http::verb::post, .path = "/api/users/login"};
    const auto with = [&](const std::string& password) {
        login.body = R"({"user":{"email":"jake@jake.jake","password":")" + password + R"("}})";
        return answer_to(routes, login);
    };
    for (int i = 0; i < 20; ++i) CHECK(with("jakejake").status == 200);
    for (int i = 0; i < 3; ++i) CHECK(with("wrong").status == 401);
    const auto refused = with("jakejake");
    CHECK(refused.status == 429);
    CHECK(refused.body == R"({"errors":{"rate":["exceeded"]}})");
    CHECK(refused.headers == "Retry-After: 30\r\n");
    u.p.clock.advance(seconds(30));
    CHECK(with("jakejake").status == 200);
    CHECK(with("wrong").status == 401);
    CHECK(with("wrong").status == 429);
    // An account that does not exist is guarded alike.
    for (int i = 0; i < 3; ++i)
        CHECK(u.login("nobody@jake.jake", "x").error().code == errc::unauthenticated);
    CHECK(u.login("nobody@jake.jake", "x").error().code == errc::rate_limited);
}

TEST_CASE("common passwords are refused wherever one is chosen") {
    users_under_test u;
    const problem common{errc::invalid_argument, "password", "is too common", "/user/password"};
    CHECK(u.sign_up("jake", {}, "password1").error() == common);
    const auto jake = *u.sign_up("jake", {}, "password123");
    update_request change{.password = "12345678"};
    const auto changed =
        run_coroutine(u.users->update_account(as(caller_of(jake)), std::move(change)));
    CHECK(changed.error() == common);
    password_request set{"jake", "iloveyou"};
    const auto outcome = run_coroutine(u.users->set_password({}, std::move(set)));
    CHECK(outcome.error() == common);
}
