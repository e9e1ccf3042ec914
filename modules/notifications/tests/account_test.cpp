#include <support/saga_member.hpp>

#include "notifications_under_test.hpp"

using namespace cleave;
using namespace cleave::test;

TEST_CASE("an account is erased with what it was told and what it caused, and its wishes") {
    notifications_under_test t;
    t.rename({anne, "anne", "about Anne", {}, 1});
    t.comment(1, anne, jake);
    t.comment(2, mary, jake, {anne}, "mary");
    t.follow(anne, mary);
    t.follow(jake, anne);
    t.deliver_all();
    notifications::webhook_request hook{"https://annes.example/", "long enough"};
    REQUIRE(run_coroutine(t.notifications->set_webhook(command_by(anne), hook)));
    notifications::preference_changes less{.comment = false};
    REQUIRE(run_coroutine(t.notifications->set_preferences(command_by(anne), less)));
    CHECK(t.told(anne) == "follow, mention 2");
    const auto actions = t.notifications->saga_actions();
    act_twice(t.p, actions, "account.close", anne);
    act_twice(t.p, actions, "account.erase", anne);

    CHECK(t.told(anne).empty());
    CHECK(t.told(mary).empty());
    CHECK(t.read(mary).unread == 0);
    CHECK(t.told(jake) == "comment 2");
    CHECK(t.read(jake).total == 1);
    const auto left = whole_database(t.p.store);
    CHECK(left.find("anne") == left.npos);
    CHECK(left.find("Anne") == left.npos);

    // The feeds once more, and news that come late.
    t.deliver_once_more();
    t.tell(t.users, users::account_erased{anne});
    t.comment(3, anne, jake);
    t.comment(4, mary, anne, {}, "mary");
    t.deliver_all();
    CHECK(t.told(anne).empty());
    CHECK(t.told(mary).empty());
    CHECK(t.told(jake) == "comment 2");
    CHECK(run_coroutine(t.notifications->set_webhook(command_by(anne), hook)).error().code ==
          errc::unauthenticated);
}
