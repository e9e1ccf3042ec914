#include "common_passwords.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <support/scratch_folder.hpp>

using namespace cleave::users;

TEST_CASE("the passwords that everybody tries are known, in any case of letters") {
    const common_passwords known;
    CHECK(known.size() > 10'000);
    for (const char* common :
         {"password1",   "12345678",   "Password1",  "PASSWORD",  "password!", "qwertyuiop",
          "qwerty123",   "iloveyou",   "letmein1",   "1q2w3e4r",  "1qaz2wsx",  "sunshine1",
          "football",    "princess1",  "abcd1234",   "11111111",  "aaaaaaaa",  "12341234",
          "87654321",    "123456789",  "1234567890", "asdfghjkl", "welcome1",  "dragon123",
          "michael1990", "admin123",   "trustno1",   "passw0rd",  "changeme",  "superman",
          "baseball",    "qlalfqjsgh", "zaq12wsx",   "hgfedcba",  "lovelove"}) {
        INFO(common);
        CHECK(known.contains(common));
    }
}

TEST_CASE("what public suites use, and what nobody else would, is not among them") {
    const common_passwords known;
    for (const char* fine :
         {"password123", "Password123", "jakejake", "password124", "pppppppppppppppppp",
          "correct horse battery", "비밀번호비밀번호", "xK9#mQ2$vL", "", "short"}) {
        INFO(fine);
        CHECK_FALSE(known.contains(fine));
    }
}

TEST_CASE("a file takes the place of the list") {
    const cleave::test::scratch_folder folder;
    const auto file = folder.path() / "common.txt";
    std::ofstream(file) << "password123\r\n\nOur Company 1\n비밀번호비밀번호";
    const common_passwords known(file);
    CHECK(known.size() == 3);
    CHECK(known.contains("PASSWORD123"));
    CHECK(known.contains("our company 1"));
    CHECK(known.contains("비밀번호비밀번호"));
    CHECK_FALSE(known.contains("password1"));
    CHECK_THROWS_WITH(common_passwords(folder.path() / "none"), Catch::Contains("none"));
}
