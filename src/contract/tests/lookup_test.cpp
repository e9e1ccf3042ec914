#include <catch2/catch.hpp>
#include <contract/lookup.hpp>

using namespace cleave;

namespace {

using calls = std::vector<std::vector<std::int64_t>>;

}  // namespace

TEST_CASE("a view asks nobody, a batch once for each id, and each once for each item") {
    const std::vector<std::int64_t> ids{7, 3, 7, 5};
    CHECK(calls_for(lookup::view, ids, 10).empty());
    CHECK(calls_for(lookup::batch, ids, 10) == calls{{3, 5, 7}});
    CHECK(calls_for(lookup::each, ids, 10) == calls{{7}, {3}, {7}, {5}});
}

TEST_CASE("a batch is no larger than what may be asked for, and nothing is not asked for") {
    CHECK(calls_for(lookup::batch, {5, 4, 3, 2, 1}, 2) == calls{{1, 2}, {3, 4}, {5}});
    CHECK(calls_for(lookup::batch, {2, 1}, 2) == calls{{1, 2}});
    CHECK(calls_for(lookup::batch, {}, 2).empty());
    CHECK(calls_for(lookup::each, {}, 2).empty());
}
