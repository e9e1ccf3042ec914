#include "login_throttle.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <support/fixed_clock.hpp>
#include <support/scratch_folder.hpp>
#include <support/seeded_random.hpp>
#include <thread>

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

namespace {

// As instances in processes of their own: nothing but the file is common to them.
struct throttled_together {
    scratch_folder folder;
    fixed_clock clock;
    std::vector<std::unique_ptr<login_throttle>> instances;

    explicit throttled_together(std::size_t how_many) {
        for (std::size_t i = 0; i < how_many; ++i) add();
    }
    void add() {
        login_limits limits{.failures_per_account = 8,
                            .account_recovers_every = std::chrono::seconds(30),
                            .failures_per_address = 12,
                            .address_recovers_every = std::chrono::seconds(1),
                            .remembered = 64,
                            .counted_in = folder.path() / "users.logins"};
        instances.push_back(std::make_unique<login_throttle>(limits, clock, secure_random()));
    }
};

}  // namespace

TEST_CASE("an account and an address have one budget, whichever instance is asked") {
    throttled_together t(3);
    int made = 0;
    for (int i = 0; i < 30; ++i)
        if (!t.instances[static_cast<std::size_t>(i) % 3]->take("jake", "203.0.113.7")) ++made;
    CHECK(made == 8);
    for (auto& one : t.instances) {
        CHECK(one->wait("jake", "") == seconds(30));
        CHECK_FALSE(one->wait("anne", ""));
    }
    for (int i = 0; i < 30; ++i)
        if (!t.instances[static_cast<std::size_t>(i) % 3]->take("anne", "203.0.113.7")) ++made;
    CHECK(made == 12);
    // What one has counted another gives back.
    t.instances[0]->give_back("jake", "203.0.113.7");
    CHECK_FALSE(t.instances[1]->take("jake", "203.0.113.7"));
    CHECK(t.instances[2]->take("jake", "203.0.113.7"));
}

TEST_CASE("an instance that is killed takes no count with it") {
    throttled_together t(2);
    for (int i = 0; i < 8; ++i) REQUIRE_FALSE(t.instances[0]->take("jake", ""));
    t.instances.clear();
    t.add();
    CHECK(t.instances[0]->take("jake", "") == seconds(30));
}

TEST_CASE("instances that count at the same time count right") {
    throttled_together t(4);
    std::atomic<int> made = 0;
    {
        std::vector<std::jthread> all;
        for (auto& one : t.instances)
            all.emplace_back([&made, &one] {
                for (int i = 0; i < 2'000; ++i) {
                    const auto name = "somebody " + std::to_string(i % 7);
                    if (!one->take(name, "")) ++made;
                }
            });
    }
    CHECK(made == 7 * 8);
}

TEST_CASE("without the file that it should share, an instance counts for itself") {
    fixed_clock clock;
    seeded_random random;
    login_limits limits{.failures_per_account = 2};
    limits.counted_in = "/dev/null/users.logins";
    login_throttle alone(limits, clock, random);
    CHECK_FALSE(alone.take("jake", ""));
    CHECK_FALSE(alone.take("jake", ""));
    CHECK(alone.take("jake", ""));
}

TEST_CASE("a clock that was put back keeps nobody out for longer than guessing does") {
    throttled_together t(1);
    t.clock.advance(std::chrono::hours(24 * 365));
    for (int i = 0; i < 8; ++i) REQUIRE_FALSE(t.instances[0]->take("jake", ""));
    t.clock.advance(-std::chrono::hours(24 * 365));
    CHECK(t.instances[0]->take("jake", "") == seconds(30));
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
