#include <support/saga_member.hpp>

#include "users_under_test.hpp"

using namespace cleave;
using namespace cleave::users;

namespace {

result<begun_deletion> end(users_under_test& t, const identity& who,
                           const std::string& password = "jakejake", idempotency_key key = {}) {
    auto context = as(who);
    context.key = key;
    deletion_request wanted{password, "203.0.113.7"};
    return test::run_coroutine(t.users->deletions().begin(context, std::move(wanted)));
}

}  // namespace

TEST_CASE("an account that ends is frozen at once") {
    users_under_test t;
    const auto jake = caller_of(*t.sign_up("jake"));
    CHECK(end(t, jake, "wrong").error().subject == "credentials");
    CHECK(end(t, jake, "").error().code == errc::invalid_argument);
    CHECK(end(t, {}).error().detail == "is missing");
    const auto begun = end(t, jake, "jakejake", test::key_number(1));
    REQUIRE(begun.has_value());
    CHECK(is_over(*begun->authority.account, jake));
    CHECK(begun->deletion.state == deletion_state::running);
    CHECK(begun->deletion.steps.front().state == "done");
    CHECK(begun->deletion.steps.back().state == "pending");
    // Sent again it is the same one.
    CHECK(end(t, jake, "jakejake", test::key_number(1))->deletion.id == begun->deletion.id);
    CHECK(end(t, jake).error().code == errc::unauthenticated);
    CHECK(t.login("jake@jake.jake", "jakejake").error().subject == "credentials");
    const username_request name{"jake"};
    CHECK(test::run_coroutine(t.users->get_profile({}, name)).error().code == errc::not_found);
    // It may be wanted back.
    CHECK(t.sign_up("jake").error().code == errc::conflict);
    const deletion_query which{begun->deletion.id}, none{"none"};
    CHECK(encode(*test::run_coroutine(t.users->deletions().find({}, which))) ==
          encode(begun->deletion));
    CHECK(test::run_coroutine(t.users->deletions().find({}, none)).error().subject == "deletion");
}

TEST_CASE("what is taken back is an account again") {
    users_under_test t;
    const auto jake = caller_of(*t.sign_up("jake"));
    REQUIRE(end(t, jake));
    test::act_twice(t.p, t.users->saga_actions(), "account.unfreeze", jake.user_id);
    CHECK(t.login("jake@jake.jake", "jakejake").has_value());
    CHECK(end(t, jake).error().code == errc::unauthenticated);
}

TEST_CASE("an account is erased, and its tokens stay dead") {
    users_under_test t;
    const auto jake = caller_of(*t.sign_up("jake"));
    const auto anne = caller_of(*t.sign_up("anne"));
    const username_request to_jake{"jake"}, to_anne{"anne"};
    REQUIRE(test::run_coroutine(t.users->follow(as(anne), to_jake)));
    REQUIRE(test::run_coroutine(t.users->follow(as(jake), to_anne)));
    const auto begun = end(t, jake);
    REQUIRE(begun);
    test::act_twice(t.p, t.users->saga_actions(), "account.erase", jake.user_id);
    const auto left = test::whole_database(t.p.store);
    CHECK(left.find("'jake'") == left.npos);
    CHECK(left.find("jake@") == left.npos);
    CHECK(left.find("\"jake\"") == left.npos);
    CHECK(test::run_coroutine(t.users->followed(as(anne), nothing()))->ids.empty());
    const exceptions_request all;
    const auto page = test::run_coroutine(t.users->list_exceptions({}, all));
    REQUIRE(page->changes.size() == 1);
    CHECK(is_over(*page->changes.front().account, jake));
    CHECK(t.p.published().back().kind == "account_erased");
    const auto next = t.sign_up("jake");
    REQUIRE(next.has_value());
    CHECK(next->id > jake.user_id);
    CHECK(test::run_coroutine(t.users->follow(as(jake), to_anne)).error().code ==
          errc::unauthenticated);
}

TEST_CASE("the last admin stays") {
    users_under_test t;
    auto jake = caller_of(*t.sign_up("jake"));
    const auto anne = caller_of(*t.sign_up("anne"));
    const auto grant = [&](const std::string& name) {
        const authority_request wanted{name, role::admin, std::nullopt};
        REQUIRE(test::run_coroutine(t.users->set_authority({}, wanted)));
    };
    grant("jake");
    jake.role = role::admin;
    CHECK(end(t, jake).error().subject == "user");
    grant("anne");
    CHECK(end(t, jake).has_value());
    CHECK(end(t, anne).error().subject == "user");
}

TEST_CASE("guessing the password of an account in hand is limited as logins are") {
    users_under_test t;
    const auto jake = caller_of(*t.sign_up("jake"));
    for (int i = 0; i < 10; ++i) CHECK(end(t, jake, "wrong").error().subject == "credentials");
    CHECK(end(t, jake).error().code == errc::rate_limited);
    CHECK(t.login("jake@jake.jake", "jakejake").error().code == errc::rate_limited);
}
