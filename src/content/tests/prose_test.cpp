#include <algorithm>
#include <catch2/catch.hpp>
#include <content/prose.hpp>
#include <content/words.hpp>
#include <set>

using namespace cleave::content;

namespace {

bool is_korean(const std::string& text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0xe0; });
}

bool is_plain(const std::string& text, bool lines) {
    return std::ranges::none_of(text, [lines](char c) {
        return c == '"' || c == '\\' ||
               (static_cast<unsigned char>(c) < 0x20 && !(lines && c == '\n'));
    });
}

}  // namespace

TEST_CASE("the same seed tells the same story, another one another") {
    const auto told = [](std::uint64_t seed) {
        seeded random(seed, 3);
        return make_story(random);
    };
    CHECK(told(1).body == told(1).body);
    CHECK(told(1).title == told(1).title);
    CHECK(told(1).body != told(2).body);
}

TEST_CASE("stories come in both languages, whole, with tags, and nothing left to fill in") {
    int korean_ones = 0;
    std::set<std::string> titles;
    for (std::uint64_t i = 0; i < 300; ++i) {
        seeded random(1, i);
        const auto s = make_story(random);
        INFO(s.title << "\n" << s.body);
        for (const auto* text : {&s.title, &s.description, &s.body}) {
            CHECK(text->find_first_of("{}[]") == std::string::npos);
            CHECK_FALSE(text->empty());
        }
        CHECK(is_plain(s.title, false));
        CHECK(is_plain(s.description, false));
        CHECK(is_plain(s.body, true));
        CHECK_FALSE(s.tags.empty());
        CHECK(s.body.size() < 8'000);
        titles.insert(s.title);
        if (is_korean(s.title)) ++korean_ones;
    }
    CHECK(korean_ones > 60);
    CHECK(korean_ones < 150);
    CHECK(titles.size() > 200);
}

TEST_CASE("a particle follows the last sound of its word") {
    bool saw_vowel = false, saw_consonant = false, saw_rieul = false;
    for (std::uint64_t i = 0; i < 3'000; ++i) {
        seeded random(4, i);
        const auto s = make_story(random);
        const auto all = s.title + s.description + s.body;
        CHECK(all.find("캐시을") == std::string::npos);
        CHECK(all.find("글꼴를") == std::string::npos);
        CHECK(all.find("글꼴으로") == std::string::npos);
        saw_vowel = saw_vowel || all.contains("캐시를");
        saw_consonant = saw_consonant || all.contains("그룹 커밋을");
        saw_rieul = saw_rieul || all.contains("글꼴로");
    }
    CHECK(saw_vowel);
    CHECK(saw_consonant);
    CHECK(saw_rieul);
}

TEST_CASE("no two people share a name or an address") {
    std::set<std::string> names, addresses;
    constexpr std::uint64_t count = 5'000;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto p = make_person(1, i);
        names.insert(p.username);
        addresses.insert(p.email);
    }
    CHECK(names.size() == count);
    CHECK(addresses.size() == count);
    CHECK(make_person(1, 17).username == make_person(1, 17).username);
    CHECK(make_person(1, 17).email != make_person(2, 17).email);
}

TEST_CASE("remarks name somebody now and then") {
    int named = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
        seeded random(1, i);
        if (make_remark(random, "ann").starts_with("@ann ")) ++named;
    }
    CHECK(named > 5);
    CHECK(named < 60);
}

TEST_CASE("sentences are about as long as asked, and of one line") {
    seeded random(9);
    for (const std::size_t bytes : {1, 40, 120, 1'000}) {
        const auto text = sentences(random, bytes);
        CHECK(text.size() >= bytes);
        CHECK(text.size() < bytes + 250);
        CHECK(is_plain(text, false));
    }
}
