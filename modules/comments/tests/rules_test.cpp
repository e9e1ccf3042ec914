#include "rules.hpp"

#include <catch2/catch.hpp>

using namespace cleave;
using namespace cleave::comments;

TEST_CASE("a comment has a body, in any script, up to 64 KiB") {
    CHECK(check_body("x"));
    CHECK(check_body(" 좋은 글이네요!\n"));
    CHECK(check_body(std::string(body_bytes_max, 'x')));
}

TEST_CASE("what is wrong with a comment is named") {
    for (const char* blank : {"", " ", "\r\n\t"}) {
        const auto outcome = check_body(blank);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error() ==
              problem{errc::invalid_argument, "body", "can't be blank", "/comment/body"});
    }
    const auto outcome = check_body(std::string(body_bytes_max + 1, 'x'));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error() == problem{errc::invalid_argument, "body",
                                     "is too long (at most 65536 bytes)", "/comment/body"});
}
