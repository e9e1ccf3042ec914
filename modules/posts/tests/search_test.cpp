// Articles are found by their words, in any script.
#include "posts_under_test.hpp"

using namespace cleave;
using namespace cleave::test;

TEST_CASE("an article is found by words of its title, description, body and tags") {
    posts_under_test t;
    REQUIRE(t.publish("Apples", command_by(jake), {"fruit"}, "They grow on trees."));
    REQUIRE(t.publish("Pears", command_by(jake), {"snake_case"}, "They do as well."));
    CHECK(t.found_by("apples") == "Apples (1)");
    CHECK(t.found_by("TREES") == "Apples (1)");
    CHECK(t.found_by("fruit") == "Apples (1)");
    CHECK(t.found_by("about") == "Apples Pears (2)");
    CHECK(t.found_by("they well") == "Pears (1)");
    CHECK(t.found_by("snake_case") == "Pears (1)");
    CHECK(t.found_by("they cherries") == "(0)");
    CHECK(t.found_by("  ") == "Pears Apples (2)");  // Nothing is asked.
}

TEST_CASE("the beginning of a word finds it, and its middle does not") {
    posts_under_test t;
    REQUIRE(t.publish("Microservices", command_by(jake)));
    CHECK(t.found_by("micro") == "Microservices (1)");
    CHECK(t.found_by("services") == "(0)");
    CHECK(t.found_by("mi") == "(0)");
}

TEST_CASE("Korean compounds and particles hide no word") {
    posts_under_test t;
    const std::string title = "마이크로서비스에서 댓글이 달리면";
    REQUIRE(t.publish(title));
    REQUIRE(t.publish("다른 글", command_by(jake), {}, "무슨 말"));
    for (const char* words : {"댓글", "서비스", "마이크로서비스", "마이크로", "비스에서", "달리면",
                              "댓", "면", "댓글 서비스", "서비스, 댓글!"})
        CHECK(t.found_by(words) == title + " (1)");
    for (const char* words : {"글댓", "서비스댓글", "댓글을", "마이로", "댓글 말"})
        CHECK(t.found_by(words) == "(0)");
    CHECK(t.found_by("글") == "다른 글 " + title + " (2)");
}

TEST_CASE("every script has its words") {
    posts_under_test t;
    const auto finds = [&](const std::string& text, const std::string& words) {
        const auto made = t.publish("x", command_by(jake), {}, text);
        REQUIRE(made);
        INFO(words << " in " << text);
        CHECK(t.found_by(words) == "x (1)");
        REQUIRE(t.remove(made->slug));
    };
    finds("Das Café an der Straße", "CAFE strasse");
    finds("Cafe\u0301", "café");
    finds("東京都に住んでいます", "京都");
    finds("これはテストです", "テスト");
    finds("Привет, МИР", "привет мир");
    finds("Ελλάδα", "ΕΛΛΑΔΑ");
    finds("שָׁלוֹם עולם", "שלום");
    finds("السَّلام عليكم", "السلام");
    finds("नमस्ते दुनिया", "नमस्ते");
    finds("สวัสดีชาวโลก", "ชาวโลก");
    finds("I like 😀😎", "😎");
    finds("C++23 and C#", "c++23");
    finds("Ｃｌｅａｖｅ", "cleave");
    finds("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글");  // as macOS writes it
    finds("version 3.40.1", "3.40");
    finds("don't", "DON'T");
}

TEST_CASE("the best match comes first: in the title, whole, and often") {
    posts_under_test t;
    const auto publish = [&](const std::string& title, const std::string& body) {
        REQUIRE(t.publish(title, command_by(jake), {}, body));
    };
    publish("sqlite", "a database");
    publish("longer", "Many words that say nothing, and once sqlite");
    publish("often", "sqlite, sqlite and sqlite");
    CHECK(t.found_by("sqlite") == "sqlite often longer (3)");
    publish("gopher", "x");
    publish("gop", "x");
    publish("gophers", "x");
    CHECK(t.found_by("gop").starts_with("gop "));
}

TEST_CASE("what changes is found as it is now") {
    posts_under_test t;
    REQUIRE(t.publish("Before", command_by(jake), {"old"}));
    REQUIRE(t.publish("Other"));
    REQUIRE(t.change({.slug = "before", .title = "After", .tag_list = std::vector<std::string>{}}));
    CHECK(t.found_by("before") == "(0)");
    CHECK(t.found_by("old") == "(0)");
    CHECK(t.found_by("after") == "After (1)");
    CHECK(t.found_by("text") == "After Other (2)");
    REQUIRE(t.remove("after"));
    CHECK(t.found_by("after") == "(0)");
    CHECK(t.found_by("text") == "Other (1)");
}

TEST_CASE("whatever is looked for is words") {
    posts_under_test t;
    REQUIRE(t.publish("and or not near title"));
    for (const char* words : {"AND", "and or", "NOT near", "NEAR title)", "\"and\"",
                              "title:", "or*", "^and", "-title", "{title} : near", "title AND"})
        CHECK(t.found_by(words) == "and or not near title (1)");
    for (const char* words :
         {"\"", "*", "^", "()", "%", "?!", "--", "\"\"\"\"", "' OR 1=1", "a:b", "\xff\xfe"})
        CHECK(t.found_by(words) == "(0)");
    for (const char* nothing_visible : {"", " ", "\u3000", "\u200b"})
        CHECK(t.found_by(nothing_visible) == "and or not near title (1)");       // no search at all
    CHECK(t.found_by({'\xe2', '\x80', '\xae'}) == "and or not near title (1)");  // U+202E
    CHECK(t.found_by(std::string("title\0near", 10)) == "(0)");  // a phrase that is not there
    CHECK(t.found_by(std::string(10'000, 'x')) == "(0)");
    CHECK(t.found_by(std::string(10'000, '"')) == "(0)");
    std::string many;
    for (int i = 0; i < 5'000; ++i) many += "or ";
    CHECK(t.found_by(many) == "and or not near title (1)");
    std::string korean;
    for (int i = 0; i < 5'000; ++i) korean += "글";
    CHECK(t.found_by(korean) == "(0)");
}

TEST_CASE("articles of a database without words are indexed when it is opened") {
    posts_under_test t;
    REQUIRE(t.publish("Hello"));
    REQUIRE(t.p.write([](sqlite::connection& db) {
        db.run("INSERT INTO posts_search (posts_search) VALUES ('delete-all')");
        db.run("UPDATE posts_search_state SET version = 0, complete = 0");
        db.run("UPDATE posts_articles SET body = 'Написано раньше'");
    }));
    CHECK(t.found_by("hello") == "(0)");
    const auto again = posts::make_module(t.p.given(), t.users, 1);
    CHECK(t.found_by("hello") == "Hello (1)");
    CHECK(t.found_by("раньше") == "Hello (1)");
}

TEST_CASE("of a thousand articles all are indexed anew") {
    posts_under_test t;
    REQUIRE(t.publish("Hello"));
    REQUIRE(t.p.write([](sqlite::connection& db) {
        for (int i = 0; i < 1'000; ++i)
            db.run(
                "INSERT INTO posts_articles (slug, title, description, body, tags, author_id, "
                "created_at, updated_at) VALUES (?1, 'old', 'd', 'b', '', 7, 1, 1)",
                i);
        db.run("UPDATE posts_search_state SET version = 0");
    }));
    const auto again = posts::make_module(t.p.given(), t.users, 1);
    CHECK(t.list({.search = "old"}).total == 1'000);
    CHECK(t.list({.search = "hello"}).total == 1);
}
