#include "rules.hpp"

#include <catch2/catch.hpp>

using namespace cleave;
using namespace cleave::users;

namespace {

register_request good() {
    return {"jake", "jake@jake.jake", "jakejake"};
}

problem refused(const register_request& r) {
    const auto outcome = check_registration(r);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == errc::invalid_argument);
    return outcome.error();
}

}  // namespace

TEST_CASE("an account may have a name in any script, and long ones") {
    CHECK(check_registration(good()));
    auto r = good();
    for (const std::string& name : {std::string("제이크"), std::string("Jake O'Hara"),
                                    std::string(username_bytes_max, 'x')}) {
        r.username = name;
        CHECK(check_registration(r));
    }
    r.password = std::string(password_bytes_max, 'p');
    CHECK(check_registration(r));
    r.password = "password123";
    CHECK(check_registration(r));
}

TEST_CASE("what is missing of an account is named, one field at a time") {
    for (const char* blank : {"", " ", "\t\r\n"}) {
        auto r = good();
        r.password = blank;
        CHECK(refused(r) ==
              problem{errc::invalid_argument, "password", "can't be blank", "/user/password"});
        r.email = blank;
        CHECK(refused(r).subject == "email");
        r.username = blank;
        CHECK(refused(r).subject == "username");
    }
}

TEST_CASE("what cannot be an e-mail address is refused") {
    for (const char* bad : {"jake", "@jake", "jake@", "a@b@c", "ja ke@jake", "jake@ja\x01ke"}) {
        auto r = good();
        r.email = bad;
        CHECK(refused(r).subject == "email");
    }
}

TEST_CASE("what is too short, too long or unprintable is refused") {
    auto r = good();
    r.password = "1234567";
    CHECK(refused(r).subject == "password");
    r.password = "일곱글자암호다";
    CHECK(refused(r).subject == "password");
    r.password = "여덟글자암호이다";
    CHECK(check_registration(r));
    r.password = std::string(password_bytes_max + 1, 'p');
    CHECK(refused(r).subject == "password");
    r = good();
    r.username = std::string(username_bytes_max + 1, 'x');
    CHECK(refused(r).subject == "username");
    r.username = std::string("ja\0ke", 5);
    CHECK(refused(r).subject == "username");
    r = good();
    r.email = std::string(email_bytes_max, 'x') + "@x";
    CHECK(refused(r).subject == "email");
}

TEST_CASE("of a change only what is given is looked at") {
    CHECK(check_update({}));
    update_request none;
    none.bio = none.image = "";
    CHECK(check_update(none));
    const auto refused_field = [](const update_request& r) {
        const auto outcome = check_update(r);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == errc::invalid_argument);
        return outcome.error().subject;
    };
    for (const char* blank : {"", " \t"}) {
        CHECK(refused_field({.username = blank}) == "username");
        CHECK(refused_field({.email = blank}) == "email");
        CHECK(refused_field({.password = blank}) == "password");
    }
    CHECK(refused_field({.password = "1234567"}) == "password");
    CHECK(refused_field({.bio = std::string(bio_bytes_max + 1, 'b')}) == "bio");
    CHECK(refused_field({.image = std::string(image_bytes_max + 1, 'i')}) == "image");
    CHECK(refused_field({.image = "https://\nexample"}) == "image");
    CHECK(check_update({.bio = "a line\nand another"}));
}

TEST_CASE("a login needs both of its fields") {
    CHECK(check_login({"jake@jake.jake", "x"}));
    CHECK(check_login({"", "jakejake"}).error().subject == "email");
    CHECK(check_login({"jake@jake.jake", ""}).error().subject == "password");
}
