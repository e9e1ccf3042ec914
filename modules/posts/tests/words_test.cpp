#include "words.hpp"

#include <catch2/catch.hpp>

using namespace cleave::posts;

TEST_CASE("words stand in the index as they are looked for") {
    CHECK(index_words("Hello, World!") == "hello world");
    CHECK(index_words("  ").empty());
    CHECK(index_words("C++20") == "c 20");
    CHECK(index_words("댓글이") == "댓글 글이 이");
    CHECK(index_words("글") == "글");
    CHECK(index_words("C++의 끝") == "c 의 끝");
    CHECK(index_words("Straße ÆON Łódź Ёлка") == "strasse aeon lodz елка");
    CHECK(index_words("a😀b😀😎") == "a 😀 b 😀 😎");
    CHECK(index_words("soft\u00adhyphen zero\u200bwidth") == "softhyphen zerowidth");
    CHECK(index_words("\"quoted\" NUL\0"
                      "here\xff") == "quoted nul");
    CHECK(index_words(std::string_view("a\0b\xff"
                                       "c",
                                       5)) == "a b c");
    CHECK(index_words(std::string(200, 'x')) == std::string(word_characters_max, 'x'));
}

TEST_CASE("a query is quoted words") {
    CHECK(search_expression("micro") == R"(("micro" OR "micro" *))");
    CHECK(search_expression("C++ AND") == R"("c" AND ("and" OR "and" *))");
    CHECK(search_expression("go") == R"("go")");
    CHECK(search_expression("댓글") == R"("댓글")");
    CHECK(search_expression("댓글이") == R"("댓글 글이")");
    CHECK(search_expression("글") == R"("글" *)");
    // Where a run ends inside of a part, it ends where it is found as well.
    CHECK(search_expression("댓글a") == R"("댓글 글 a")");
    CHECK(search_expression("a-b 😀") == R"("a b" AND "😀")");
    for (const char* none : {"", " \t\n", "\"'*^():-+{}", "\u3000。、"})
        CHECK_FALSE(search_expression(none).has_value());
}

TEST_CASE("a query is bounded") {
    std::string many, one(100'000, 'x');
    for (int i = 0; i < 1'000; ++i) many += "ab ";
    CHECK(search_expression(many)->size() < 16 * 32);
    CHECK(search_expression(one)->size() < 200);
    CHECK(search_expression("글" + one)->size() < 2 * part_bytes_max + 100);
}
