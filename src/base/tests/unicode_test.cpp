#include <base/text.hpp>
#include <base/unicode.hpp>
#include <catch2/catch.hpp>

using namespace cleave;

namespace {

std::u32string decoded(std::string_view text) {
    std::u32string out;
    while (!text.empty()) out += take_code_point(text);
    return out;
}

}  // namespace

TEST_CASE("UTF-8 is read as it is written") {
    const std::u32string all = U"a\u00e9\u07ff\u0800댓\ud7ff\ue000\uffff\U00010000😀\U0010ffff";
    std::string text;
    for (const char32_t c : all) append_utf8(text, c);
    CHECK(text == "a\u00e9\u07ff\u0800댓\ud7ff\ue000\uffff\U00010000😀\U0010ffff");
    CHECK(decoded(text) == all);
}

TEST_CASE("what is no UTF-8 is one bad character a byte") {
    CHECK(decoded("\xff") == U"\ufffd");
    CHECK(decoded("\x80z") == U"\ufffdz");
    CHECK(decoded("\xc0\xaf") == U"\ufffd\ufffd");            // too long a form
    CHECK(decoded("\xe0\x80\xaf") == U"\ufffd\ufffd\ufffd");  // the same
    CHECK(decoded("\xed\xa0\x80") == U"\ufffd\ufffd\ufffd");  // a surrogate
    CHECK(decoded("\xf4\x90\x80\x80").size() == 4);           // above U+10FFFF
    CHECK(decoded("\xeb\x8c") == U"\ufffd\ufffd");            // cut off
    CHECK(decoded("\xeb\x8cz") == U"\ufffd\ufffdz");
}

TEST_CASE("characters have their class") {
    const auto all_are = [](char_class of, std::u32string_view characters) {
        for (const char32_t c : characters) {
            INFO(std::hex << static_cast<std::uint32_t>(c));
            CHECK(class_of(c) == of);
        }
    };
    all_are(char_class::letter, U"azAZ09éßЯщΩשع२Ａ\u00aa");
    all_are(char_class::unspaced, U"가힣ㅋ댓字々あンｱสกខ");
    all_are(char_class::separator, U" \t\n!_-\"\u00a0\u2014\u3000、。・「¿÷€→\ufffd\u0964\u060c");
    all_are(char_class::separator, std::u32string_view(U"\0", 1));
    all_are(char_class::ignored, U"\u0301\u200b\u200d\u202e\ufe0f\ufeff\u064b\u05b8\U0001f3fd");
    all_are(char_class::symbol, U"😀☃✂🦄🏳");
}

TEST_CASE("what nobody sees is blank") {
    CHECK(is_blank(""));
    CHECK(is_blank(" \t\r\n"));
    CHECK(is_blank("\u00a0\u2003\u3000\u200b\u2060\ufeff\u3164\u2800"));
    for (const char* seen : {" .", "\u3000가", "\u200b0", "\u0301", "\ufffd", "\xff", "😀"})
        CHECK_FALSE(is_blank(seen));
}

TEST_CASE("Hangul letters make syllables") {
    CHECK(hangul_of(U'\u1112', U'\u1161') == U'하');
    CHECK(hangul_of(U'하', U'\u11ab') == U'한');
    CHECK(hangul_of(U'한', U'\u11ab') == 0);
    CHECK(hangul_of(U'a', U'\u1161') == 0);
    CHECK(hangul_of(U'하', U'a') == 0);
}
