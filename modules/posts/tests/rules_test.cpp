#include "rules.hpp"

#include <catch2/catch.hpp>

using namespace cleave;
using namespace cleave::posts;

TEST_CASE("a slug keeps letters of any script and nothing that needs care in a URL") {
    CHECK(make_slug("Hello, World!") == "hello-world");
    CHECK(make_slug("  --How to  train your dragon?--  ") == "how-to-train-your-dragon");
    CHECK(make_slug("마이크로서비스에서 댓글이 달리면") == "마이크로서비스에서-댓글이-달리면");
    CHECK(make_slug("C++23 & you/me#1") == "c-23-you-me-1");
}

TEST_CASE("a slug shows what it is") {
    const std::string turns{'\xe2', '\x80', '\xae'};  // U+202E: what follows reads backwards
    CHECK(make_slug("cat.exe" + turns + "gpj.tac") == "cat-exegpj-tac");
    CHECK(make_slug("zero\u200bwidth \ufeffspace") == "zerowidth-space");
    CHECK(make_slug("no\u00a0break\u3000wide\u2014dash") == "no-break-wide-dash");
    CHECK(make_slug("「글」、그리고…") == "글-그리고");
    CHECK(make_slug("Party 🎉🎉") == "party-🎉🎉");
    CHECK(make_slug("नमस्ते दुनिया") == "नमस्ते-दुनिया");
    CHECK(make_slug("مرحبا بالعالم") == "مرحبا-بالعالم");
    CHECK(make_slug("Cafe\u0301") == "cafe\u0301");
    CHECK(make_slug("../../etc/passwd") == "etc-passwd");
    CHECK(make_slug("a%2fb?c#d") == "a-2fb-c-d");
    CHECK(make_slug(std::string_view("nul\0\xff!", 6)) == "nul");
}

TEST_CASE("a slug is never empty") {
    for (const char* title : {"", "   ", "!?", "---"}) CHECK(make_slug(title) == "article");
}

TEST_CASE("a slug is cut between characters") {
    std::string title;
    for (int i = 0; i < 100; ++i) title += "글";  // three bytes each
    CHECK(make_slug(title).size() == 120);
    CHECK(make_slug("a" + title).size() == 118);
    CHECK(make_slug(std::string(119, 'a') + " b") == std::string(119, 'a'));
}

TEST_CASE("tags are sorted, each once, without white space around them") {
    CHECK(tidy_tags({" web ", "c++", "", "web", "  ", "a\nb"}) ==
          std::vector<std::string>{"a b", "c++", "web"});
    CHECK(tidy_tags({}).empty());
}

TEST_CASE("tags are stored and read again") {
    for (const std::vector<std::string>& tags :
         {std::vector<std::string>{}, {"one"}, {"c++", "snake_case", "태그"}})
        CHECK(split_tags(join_tags(tags)) == tags);
}

TEST_CASE("a change must leave an article") {
    CHECK(check_change({}));
    CHECK(check_change({.title = "t", .tag_list = std::vector<std::string>{}}));
    CHECK(check_change({.title = ""}).error().pointer == "/article/title");
    CHECK(check_change({.description = " "}).error().pointer == "/article/description");
    CHECK(check_change({.body = "\n"}).error().pointer == "/article/body");
    CHECK(check_change({.tag_list = std::vector<std::string>(tags_max + 1, "x")}).error().pointer ==
          "/article/tagList");
}

TEST_CASE("what is wrong with an article is named") {
    const create_request good{"A title", "About it", "The text", {"tag"}};
    CHECK(check_article(good));
    const auto refused = [](const create_request& r) {
        const auto outcome = check_article(r);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == errc::invalid_argument);
        CHECK(outcome.error().pointer == "/article/" + outcome.error().subject);
        return outcome.error().subject + ": " + outcome.error().detail;
    };
    for (const char* blank : {"", " \n\t", "\u3000\u200b"}) {
        CHECK(refused({blank, "d", "b", {}}) == "title: can't be blank");
        CHECK(refused({"t", blank, "b", {}}) == "description: can't be blank");
        CHECK(refused({"t", "d", blank, {}}) == "body: can't be blank");
    }
    auto r = good;
    r.title = std::string(title_bytes_max + 1, 'x');
    CHECK(refused(r) == "title: is too long (at most 512 bytes)");
    r = good;
    r.body = std::string(body_bytes_max + 1, 'x');
    CHECK(refused(r) == "body: is too long (at most 1048576 bytes)");
    r = good;
    r.tag_list.assign(tags_max + 1, "x");
    CHECK(refused(r).starts_with("tagList: "));
    r.tag_list = {std::string(tag_bytes_max + 1, 'x')};
    CHECK(refused(r).starts_with("tagList: "));
}
