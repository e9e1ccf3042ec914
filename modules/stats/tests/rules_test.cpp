#include "rules.hpp"

#include <catch2/catch.hpp>

using namespace cleave;
using namespace cleave::stats;

TEST_CASE("an article's figures are for its author") {
    const posts::article_ref jakes{1, "hello", "Hello", 7};
    CHECK(check_reader({7, 1, role::author}, jakes));
    for (const identity& other : {identity{8, 1, role::author}, identity{}}) {
        const auto outcome = check_reader(other, jakes);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error() == problem{errc::forbidden, "article", "forbidden", std::nullopt});
    }
    // What a faulty reference would look like: nobody's article is not nobody's to read.
    CHECK_FALSE(check_reader({}, {1, "hello", "Hello", 0}));
}
