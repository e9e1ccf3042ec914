#include "passwords.hpp"

#include <catch2/catch.hpp>

using namespace cleave::users;

namespace {
constexpr password_cost cheap{.passes = 1, .memory_kib = 8};
}

TEST_CASE("a password fits its hash, and no other does") {
    const auto hash = hash_password("비밀번호 123", cheap);
    CHECK(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    CHECK(password_fits(hash, "비밀번호 123"));
    CHECK_FALSE(password_fits(hash, "비밀번호 124"));
    CHECK_FALSE(password_fits(hash, ""));
}

TEST_CASE("two hashes of one password differ") {
    CHECK(hash_password("jakejake", cheap) != hash_password("jakejake", cheap));
}

TEST_CASE("what is no hash fits no password") {
    for (const char* broken : {"", "jakejake", "$argon2id$v=19$m=8,t=1,p=1$"})
        CHECK_FALSE(password_fits(broken, "jakejake"));
}
