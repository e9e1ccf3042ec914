#include <catch2/catch.hpp>
#include <http/received_once.hpp>

using namespace cleave;
using namespace cleave::http;

TEST_CASE("an envelope is received once, for as long as it would be accepted") {
    received_once received;
    const std::string one = "v1;t=5;o=1;m=00112233445566778899aabbccddeeff";
    const std::string other = "v1;t=5;o=1;m=ff112233445566778899aabbccddeeff";
    CHECK(received.is_first(one, {1'000}));
    CHECK_FALSE(received.is_first(one, {1'000}));
    CHECK(received.is_first(other, {1'000}));
    // However late the second comes, and whatever came meanwhile.
    CHECK_FALSE(received.is_first(one, {61'000}));
    CHECK(received.is_first("v1;m=0123", {90'000}));
    CHECK_FALSE(received.is_first(other, {90'000}));
}

TEST_CASE("an envelope that was forgotten may come again") {
    received_once received;
    const std::string one = "v1;m=00112233445566778899aabbccddeeff";
    CHECK(received.is_first(one, {1'000}));
    received.forget(one);
    CHECK(received.is_first(one, {1'000}));
    CHECK_FALSE(received.is_first(one, {1'000}));
}
