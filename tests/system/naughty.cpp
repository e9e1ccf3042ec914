// Strings that have broken other programs, in every field that takes text: each is stored and comes
// back byte for byte, or is refused with a 4xx that names the field. Nothing is a 5xx, and nobody
// else notices.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

// Of the kinds that the Big List of Naughty Strings (https://github.com/minimaxir/
// big-list-of-naughty-strings) collects, written down anew.
std::vector<std::string> naughty_strings() {
    std::vector<std::string> all{
        "",
        " ",
        "\t\n\r",
        "null",
        "undefined",
        "NaN",
        "true",
        "-1",
        "0x7fffffff",
        "9223372036854775808",
        "1e309",
        "\\",
        "\\u0000",
        "'",
        "\"",
        "''; DROP TABLE posts_articles; --",
        "' OR '1'='1",
        "\" OR \"\"=\"",
        "%",
        "_",
        "%s%n%x",
        "{0} {} {name}",
        "${HOME} $(id) `id`",
        "../../../etc/passwd",
        "..%2f..%2f",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "]]> <![CDATA[ <!-- -->",
        "a\r\nSet-Cookie: x=1\r\n\r\n",
        "AND OR NOT NEAR(a b, 2)",
        "title: \"unclosed",
        "^start* + -x {a b}:c",
        "\x01\x02\x1f\x7f",
        std::string("nul\0inside", 10),
        "\u0085\u00a0\u1680\u2003\u2028\u2029\u3000",  // white space of Unicode
        "\u200b\u200d\ufeff\u2060",                    // that one cannot see
        "\u202etxet daerkcab\u202c",                   // from right to left
        "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
        "\u05e2\u05d1\u05e8\u05d9\u05ea",
        "\uac00\ub098\ub2e4 \ud55c\uad6d\uc5b4",
        "\u1100\u1161\u11a8",  // Hangul, decomposed
        "\u65e5\u672c\u8a9e \u4e2d\u6587",
        "\u0e44\u0e17\u0e22",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1f0\U0001f1f7",
        "e\u0301\u0327 Z\u0351\u036b\u0343\u036a\u0302",
        "\ufb03 \u01c4 \u0130 \u00df \u1e9e",  // whose case is hard
        "\U0010ffff \ufffe \uffff",            // no characters, but code points
        "@ @ann@ben @\uae40\ucca0\uc218 @",
        "#tag,with,commas;and;semicolons",
    };
    all.emplace_back(255, 'x');
    all.emplace_back(100'000, 'y');
    std::string long_korean;
    for (int i = 0; i < 5'000; ++i) long_korean += "\ud55c";
    all.push_back(std::move(long_korean));
    return all;
}

// Answered, and not with a failure of ours.
void check_sane(const http_answer& answer, int success) {
    INFO(answer.status << " " << answer.body.substr(0, 300));
    const bool refused = answer.status >= 400 && answer.status < 500;
    CHECK((answer.status == success || refused));
    if (refused) CHECK(body_of(answer).at("errors").is_object());
}

std::string text_at(const http_answer& answer, std::string_view object, std::string_view field) {
    const auto body = body_of(answer);
    const auto& value = body.at(object).at(field);
    return value.is_string() ? std::string(value.as_string()) : std::string();
}

json::object article_with(std::string_view field, const std::string& text) {
    json::object article{{"title", unique_name("naughty")}, {"description", "d"}, {"body", "b"}};
    article[field] = text;
    return {{"article", std::move(article)}};
}

}  // namespace

TEST_CASE("naughty strings in an article come back as they went, or are refused") {
    blog_client client(shared_blog().at());
    const auto who = sign_up(client);
    for (const auto& text : naughty_strings())
        for (const std::string_view field : {"title", "description", "body"}) {
            INFO(field << ": " << text.substr(0, 80));
            const auto made = client.post("/api/articles", article_with(field, text), who.token);
            check_sane(made, 201);
            if (made.status != 201) continue;
            CHECK(text_at(made, "article", field) == text);
            const auto slug = text_at(made, "article", "slug");
            const auto read = client.get(article_path(slug));
            REQUIRE(read.status == 200);
            CHECK(text_at(read, "article", field) == text);
        }
}

TEST_CASE("naughty strings as tags, and in what is asked for") {
    blog_client client(shared_blog().at());
    const auto who = sign_up(client);
    for (const auto& text : naughty_strings()) {
        INFO(text.substr(0, 80));
        json::object body = article_with("description", "with a tag");
        body["article"].as_object()["tagList"] = json::array{text};
        check_sane(client.post("/api/articles", body, who.token), 201);
        if (text.size() > 1'000) continue;  // A target has a limit of its own.
        const auto encoded = percent_encoded(text);
        for (const auto* name : {"tag", "author", "favorited", "search", "limit", "offset"})
            check_sane(client.get("/api/articles?" + std::string(name) + "=" + encoded), 200);
        check_sane(client.get("/api/articles/" + encoded), 200);
        check_sane(client.get("/api/profiles/" + encoded), 200);
        check_sane(client.get(comments_path(text)), 200);
    }
}

TEST_CASE("naughty strings in a comment come back as they went, or are refused") {
    blog_client client(shared_blog().at());
    const auto who = sign_up(client);
    const auto slug = publish(client, who, "Naughty comments " + who.username);
    for (const auto& text : naughty_strings()) {
        INFO(text.substr(0, 80));
        const json::object body{{"comment", json::object{{"body", text}}}};
        const auto made = client.post(comments_path(slug), body, who.token);
        check_sane(made, 201);
        if (made.status == 201) CHECK(text_at(made, "comment", "body") == text);
    }
    CHECK(client.get(comments_path(slug)).status == 200);
}

TEST_CASE("naughty strings in an account come back as they went, or are refused") {
    blog_client client(shared_blog().at());
    for (const auto& text : naughty_strings()) {
        INFO(text.substr(0, 80));
        for (const std::string_view field : {"username", "email", "password"}) {
            json::object user{{"username", unique_name("naughty")},
                              {"email", unique_name("naughty") + "@example.com"},
                              {"password", password}};
            user[field] = text;
            check_sane(client.post("/api/users", json::object{{"user", user}}), 201);
        }
        check_sane(
            client.post("/api/users/login",
                        json::object{{"user", json::object{{"email", text}, {"password", text}}}}),
            200);
    }
    const auto who = sign_up(client);
    for (const auto& text : naughty_strings())
        for (const std::string_view field : {"bio", "image"}) {
            INFO(field << ": " << text.substr(0, 80));
            const auto changed = client.put(
                "/api/user", json::object{{"user", json::object{{field, text}}}}, who.token);
            check_sane(changed, 200);
            if (changed.status == 200) CHECK(text_at(changed, "user", field) == text);
        }
}
