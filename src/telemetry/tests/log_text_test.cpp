#include <catch2/catch.hpp>
#include <telemetry/log_text.hpp>

using namespace cleave;

TEST_CASE("whatever is logged stays on its line and tells a terminal nothing") {
    CHECK(log::one_line("plain text, 한국어, \xf0\x9f\x8c\xb1") ==
          "plain text, 한국어, \xf0\x9f\x8c\xb1");
    CHECK(log::one_line("a\r\nb\tc") == "a\\x0d\\x0ab\\x09c");
    CHECK(log::one_line(std::string_view("a\0b", 3)) == "a\\x00b");
    CHECK(log::one_line("\x1b[2J\x7f") == "\\x1b[2J\\x7f");
    CHECK(log::one_line("\xc2\x9b"
                        "31m") ==
          "\\xc2\\x9b"
          "31m");  // CSI in one character
    CHECK(log::one_line("a\xe2\x80\xa8"
                        "b") ==
          "a\\xe2\\x80\\xa8"
          "b");                                                            // a line separator
    CHECK(log::one_line("\xff\xc3(\xe2\x82") == "\\xff\\xc3(\\xe2\\x82");  // no UTF-8
    CHECK(log::one_line("\xc0\xaf\xed\xa0\x80") == "\\xc0\\xaf\\xed\\xa0\\x80");
    CHECK(log::one_line("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
}

TEST_CASE("a JSON line cannot be ended or added to by its text") {
    CHECK(log::json_fields({"main", "http", {}, R"(a","level":"info)"}) ==
          R"("process":"main","component":"http","message":"a\",\"level\":\"info")");
    CHECK(log::json_fields({"main", "http", {}, log::one_line("\\\n")}) ==
          R"("process":"main","component":"http","message":"\\\\x0a")");
}

TEST_CASE("a line bears its module and the ids of its request, where it has any") {
    const log::said what{"main", "sqlite",           "posts",
                         "text", "cdcdcdcdcdcdcdcd", "abababababababababababababababab"};
    CHECK(log::json_fields(what) ==
          R"("process":"main","component":"sqlite","module":"posts","message":"text",)"
          R"("request_id":"cdcdcdcdcdcdcdcd","trace_id":"abababababababababababababababab")");
    CHECK(log::human_text(what) == "main [sqlite posts] text request=cdcdcdcdcdcdcdcd");
    CHECK(log::human_text({"main", "http", {}, "text"}) == "main [http] text");
}
