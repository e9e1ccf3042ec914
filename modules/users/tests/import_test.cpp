// Accounts that come from elsewhere.
#include <catch2/catch.hpp>
#include <support/scratch_platform.hpp>
#include <users/module.hpp>

using namespace cleave;
using namespace cleave::test;
using namespace cleave::users;

namespace {

struct users_under_test {
    scratch_platform p{migrations};
    token_signer signer{token_seed{1, 2, 3}};
    std::unique_ptr<module> users;

    users_under_test() {
        settings s;
        s.cost = {.passes = 1, .memory_kib = 8};
        users = make_module(p.given(), signer, s);
    }
    result<imported_accounts> import(std::vector<imported_account> accounts,
                                     std::string password = "brought along") {
        import_accounts_request r{std::move(accounts), std::move(password)};
        return run_coroutine(users->imports().add({}, std::move(r)));
    }
};

imported_account account_of(const std::string& name) {
    return {name, name + "@example.com", "I am " + name, timestamp{1'000}};
}

}  // namespace

TEST_CASE("imported accounts log in like any other, and are told of") {
    users_under_test u;
    const auto made = u.import({account_of("ann"), account_of("민수")});
    REQUIRE(made);
    CHECK(made->added == 2);
    REQUIRE(made->ids.size() == 2);
    const login_request as_ann{"ann@example.com", "brought along"};
    const auto ann = run_coroutine(u.users->login({}, as_ann));
    REQUIRE(ann);
    CHECK(ann->id == made->ids[0]);
    CHECK(ann->bio == "I am ann");
    const auto events = u.p.published();
    REQUIRE(events.size() == 2);
    const auto told = decode<profile_changed>(events[1].body);
    REQUIRE(told);
    CHECK(told->profile.username == "민수");
    CHECK(told->profile.bio == "I am 민수");
}

TEST_CASE("an account that is there is not made again, and nobody's name is taken") {
    users_under_test u;
    const auto first = u.import({account_of("ann")});
    REQUIRE(first);
    auto other = account_of("ann");
    other.email = "other@example.com";
    const auto second = u.import({account_of("ann"), other, account_of("bo")});
    REQUIRE(second);
    CHECK(second->added == 1);
    CHECK(second->ids[0] == first->ids[0]);
    CHECK(second->ids[1] == 0);
    CHECK(second->ids[2] != 0);
    CHECK(u.p.published().size() == 2);
}

TEST_CASE("what could not sign up is not imported either, nor is anything beside it") {
    users_under_test u;
    auto wrong = account_of("bo");
    wrong.email = "nowhere";
    const auto refused = u.import({account_of("ann"), wrong});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::invalid_argument);
    CHECK_FALSE(u.import({account_of("ann")}, "short"));
    const std::vector<imported_account> many(accounts_imported_max + 1, account_of("ann"));
    CHECK_FALSE(u.import(many));
    CHECK(u.p.published().empty());
}
