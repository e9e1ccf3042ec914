#include "rules.hpp"

#include <catch2/catch.hpp>

using namespace cleave;
using namespace cleave::stats;

TEST_CASE("an article's figures are for its author and for moderators") {
    const posts::article_ref jakes{1, "hello", "Hello", 7};
    CHECK(check_reader({7, 1, role::author}, jakes));
    CHECK(check_reader({8, 1, role::moderator}, jakes));
    CHECK(check_reader({8, 1, role::admin}, jakes));
    for (const identity& other : {identity{8, 1, role::author}, identity{}}) {
        const auto outcome = check_reader(other, jakes);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error() == problem{errc::forbidden, "article", "forbidden", std::nullopt});
    }
    // What a faulty reference would look like: nobody's article is not nobody's to read.
    CHECK_FALSE(check_reader({}, {1, "hello", "Hello", 0}));
}

TEST_CASE("days without news are there as well") {
    const auto day = day_of({1'786'615'200'123});
    CHECK(date_of(day) == "2026-08-13");
    const auto all = fill_days(day - 2, day + 1, {{day - 5, 9, 9}, {day - 1, 3, 2}, {day, 1, 1}});
    REQUIRE(all.size() == 4);
    CHECK((all[0].date == "2026-08-11" && all[0].views == 0 && all[0].visitors == 0));
    CHECK((all[1].date == "2026-08-12" && all[1].views == 3 && all[1].visitors == 2));
    CHECK((all[2].date == "2026-08-13" && all[2].views == 1));
    CHECK((all[3].date == "2026-08-14" && all[3].views == 0));
}

TEST_CASE("without details, views are summed up by article") {
    const auto sums = without_details({{{1, 2, 5, "a.example"}, {2, 1, 6, {}}, {1, 3, 7, {}}}});
    REQUIRE(sums.counts.size() == 2);
    CHECK(sums.counts[0].article_id == 1);
    CHECK(sums.counts[0].views == 5);
    CHECK_FALSE(sums.counts[0].visitor);
    CHECK_FALSE(sums.counts[0].referrer_host);
}
