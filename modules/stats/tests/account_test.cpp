#include <support/saga_member.hpp>

#include "stats_under_test.hpp"

using namespace cleave;
using namespace cleave::test;

TEST_CASE("an account that is gone does not count, and the log does not know it") {
    stats_under_test t;
    t.join(7);
    t.join(8);
    t.tell(t.users_feed, users::profile_changed{{7, "leaver", "about me", {}, 2}});
    t.publish(1, "secret");
    t.favorite(1, 8);
    t.deliver_all();
    CHECK(t.all().users == 2);
    const auto actions = t.stats->saga_actions();
    act_twice(t.p, actions, "account.erase", 7);
    CHECK(t.rebuild().same);
    t.remove(1);
    t.tell(t.users_feed, users::account_erased{7});
    t.deliver_all();
    CHECK(t.all().users == 1);
    CHECK(t.all().articles == 0);
    CHECK(t.rebuild().same);
    const auto left = whole_database(t.p.store);
    for (const std::string text : {"leaver", "about me", "secret"}) {
        INFO(text);
        CHECK(left.find(text) == left.npos);
    }
    t.deliver_once_more();
    CHECK(t.all().users == 1);
    CHECK(t.rebuild().same);
}
