#include <catch2/catch.hpp>
#include <gateway/authenticator.hpp>

namespace {

using namespace cleave;
using gateway::authenticator;
using http::policy;

class hand_set_clock final : public wall_clock {
public:
    timestamp at{1'700'000'000'000};
    timestamp now() const override { return at; }
};

const token_signer& signer() {
    static const token_signer one(token_seed{1});
    return one;
}

struct checked {
    hand_set_clock clock;
    int key_reads = 0;
    std::optional<token_public_key> key = signer().public_key();
    gateway::authority changes;
    authenticator callers{[this] {
                              ++key_reads;
                              return key;
                          },
                          changes, clock, 1};

    // From the start it is known that nothing has changed.
    checked() { changes.replace({}, clock.at); }

    std::string token(std::int64_t user_id) const {
        return signer().sign({user_id, 7, role::author}, clock.at, std::chrono::hours(1));
    }
};

}  // namespace

TEST_CASE("the policy says whether a token is needed, and a bad one is never passed over") {
    checked c;
    CHECK_FALSE(*c.callers.identify("", policy::anyone));
    CHECK_FALSE(*c.callers.identify("Token nonsense", policy::anyone));
    CHECK_FALSE(*c.callers.identify("", policy::optional_user));
    CHECK(c.callers.identify("", policy::user).error().detail == "is missing");
    for (const char* bad : {"Token nonsense", "Token", "Basic YTpi", "x"}) {
        INFO(bad);
        CHECK(c.callers.identify(bad, policy::user).error().detail == "is invalid");
        CHECK(c.callers.identify(bad, policy::optional_user).error().detail == "is invalid");
    }
}

TEST_CASE("a good token tells who it is, in either scheme, again and again") {
    checked c;
    const std::string token = c.token(42);
    for (const char* scheme : {"Token ", "Bearer ", "token ", "BEARER "})
        for (int i = 0; i < 2; ++i) {
            const auto who = c.callers.identify(scheme + token, policy::user);
            REQUIRE(who.has_value());
            CHECK(*who == identity{42, 7, role::author});
        }
    CHECK(c.key_reads == 1);
}

TEST_CASE("a token that was accepted once still ends") {
    checked c;
    const std::string header = "Token " + c.token(1);
    REQUIRE(c.callers.identify(header, policy::user).has_value());
    c.clock.at.unix_ms += 3'600'001 + 60'000;
    CHECK(c.callers.identify(header, policy::user).error().code == errc::unauthenticated);
}

TEST_CASE("while there is no key nobody is turned away for good") {
    checked c;
    c.key.reset();
    const std::string header = "Token " + c.token(1);
    CHECK(c.callers.identify(header, policy::user).error().code == errc::not_executed);
    c.key = signer().public_key();
    CHECK(c.callers.identify(header, policy::user).has_value());
}

TEST_CASE("what changes about a token's holder holds for the very next request") {
    checked c;
    const std::string header = "Token " + c.token(42);
    const auto ask = [&] { return c.callers.identify(header, policy::user); };
    REQUIRE(ask().has_value());
    const timestamp later{c.clock.at.unix_ms + 3'600'000};
    c.changes.apply({42, account_authority{1, role::admin}, std::nullopt, later}, c.clock.at);
    CHECK(ask()->role == role::admin);
    const account_authority suspended{2, role::admin, account_status::suspended};
    c.changes.apply({42, suspended, std::nullopt, later}, c.clock.at);
    CHECK(ask().error() == problem{errc::forbidden, "account", "suspended", std::nullopt});
    CHECK(c.callers.identify(header, policy::optional_user).error().code == errc::forbidden);
    c.changes.apply({42, account_authority{3, role::author}, std::nullopt, later}, c.clock.at);
    CHECK(ask()->role == role::author);
    c.changes.apply({42, std::nullopt, 7, later}, c.clock.at);
    CHECK(ask().error() == problem{errc::unauthenticated, "token", "is invalid", std::nullopt});
    CHECK(c.callers.identify("Token " + c.token(43), policy::user).has_value());
    CHECK(c.key_reads == 1);
}

TEST_CASE("while nobody knows what has changed, a token is neither good nor bad") {
    checked c;
    const gateway::authority nothing_known;
    authenticator callers([&] { return c.key; }, nothing_known, c.clock, 1);
    const std::string header = "Token " + c.token(1);
    for (int i = 0; i < 2; ++i)
        CHECK(callers.identify(header, policy::user).error().code == errc::not_executed);
    CHECK_FALSE(*callers.identify("", policy::optional_user));
}
