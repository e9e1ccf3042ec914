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
    for (const char* blank : {"", " \n\t"}) {
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
