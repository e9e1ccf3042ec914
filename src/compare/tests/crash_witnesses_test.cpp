#include <catch2/catch.hpp>
#include <compare/crash_witnesses.hpp>

using cleave::compare::out_of_order;

TEST_CASE("what is told the wrong way round is counted, and what is others' is passed over") {
    CHECK(out_of_order({}, {1, 2}) == 0);
    CHECK(out_of_order({5, 7, 9}, {5, 6, 7, 8, 9}) == 0);
    CHECK(out_of_order({5, 7, 9}, {5, 9}) == 0);  // one is missing: another count
    CHECK(out_of_order({5, 7, 9}, {7, 5, 9}) == 1);
    CHECK(out_of_order({5, 7, 9}, {9, 6, 7, 5}) == 2);
    CHECK(out_of_order({9, 5}, {9, 5}) == 0);  // the order of acknowledgement, not of numbers
}
