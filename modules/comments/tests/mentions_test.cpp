#include "mentions.hpp"

#include <catch2/catch.hpp>

using namespace cleave::comments;

namespace {

// "jake|anne.,anne": mentions by '|', their names by ','.
std::string shown(std::string_view text) {
    std::string out;
    for (const auto& mention : find_mentions(text)) {
        if (!out.empty()) out += '|';
        for (const auto& name : mention) {
            if (&name != &mention.front()) out += ',';
            out += name;
        }
    }
    return out;
}

}  // namespace

TEST_CASE("names behind an @ are mentions, each once") {
    CHECK(shown("@jake and @anne, and (@jake)!") == "jake|anne");
    CHECK(shown("@jake") == "jake");
    CHECK(shown("no mention, and @ none, @@ @!").empty());
    CHECK(shown("@@jake/@anne") == "jake|anne");
    CHECK(shown("@snake_case @a.b-c") == "snake_case,snake|a.b-c,a.b,a");
    CHECK(shown("@Ångström @Ёлка @سلام") == "Ångström|Ёлка|سلام");
}

TEST_CASE("an address is no mention") {
    CHECK(shown("write to jake@example.com or a.b+c@d.org").empty());
    CHECK(shown("안녕@민수") == "민수,민");
    CHECK(shown("e\u0301@jake").empty());
}

TEST_CASE("a name may end before a particle, a sentence's end or an emoji, and not in a word") {
    CHECK(shown("@jake님, 안녕") == "jake님,jake");
    CHECK(shown("@민수님이") == "민수님이,민수님,민수,민");
    CHECK(shown("Thanks @jake.") == "jake.,jake");
    CHECK(shown("@jakes") == "jakes");
    CHECK(shown("@jake😀") == "jake😀,jake");
    CHECK(shown("@太郎さん。") == "太郎さん,太郎さ,太郎,太");
    CHECK(shown("@नमस्ते") == "नमस्ते");  // its vowel signs are letters
}

TEST_CASE("mentions are bounded") {
    std::string many, no_spaces = "@", long_name = "@" + std::string(300, 'x');
    for (int i = 0; i < 200; ++i) many += "@user" + std::to_string(i) + " ";
    for (int i = 0; i < 80; ++i) no_spaces += "글";
    CHECK(find_mentions(many).size() == mentions_max);
    const auto names = find_mentions(no_spaces);
    REQUIRE(names.size() == 1);
    REQUIRE(names[0].size() == names_a_mention_max);
    CHECK(names[0].front().size() == 3 * 80);
    CHECK(names[0].back() == "글");
    CHECK(find_mentions(long_name).empty());
    CHECK(find_mentions(std::string(64 * 1024, '@')).empty());
    CHECK(find_mentions(std::string("@ja\0ke", 6)).front().front() == "ja");
    CHECK(shown("@ja\xffke") == "ja");
}

TEST_CASE("usernames are compared as users does") {
    CHECK(is_same_name("Jake", "jAKE"));
    CHECK(is_same_name("민수", "민수"));
    CHECK_FALSE(is_same_name("É", "é"));
    CHECK_FALSE(is_same_name("jake", "jake2"));
    CHECK_FALSE(is_same_name("[", "{"));
}
