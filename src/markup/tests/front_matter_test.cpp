#include <catch2/catch.hpp>
#include <markup/front_matter.hpp>

using namespace cleave;
using namespace cleave::markup;

namespace {

document read(std::string_view text) {
    auto d = read_document(text);
    INFO((d ? "" : d.error()));
    REQUIRE(d);
    return std::move(*d);
}

std::string refused(std::string_view text) {
    const auto d = read_document(text);
    return d ? "" : d.error();
}

std::string date(std::string_view text) {
    const auto at = parse_date(text);
    return at ? to_rfc3339(*at) : "none";
}

}  // namespace

TEST_CASE("a head in YAML, as Jekyll writes it") {
    const auto d = read(
        "---\nlayout: post\ntitle:  \"Hello: a start\"\ndate:   2019-06-02 12:00:00 +0900\n"
        "categories: jekyll update\ntags: [web, 한국어, web]\nexcerpt: Short.\npublished: true\n"
        "nested:\n  - a: 1\n    b: [1, 2]\n---\nThe text.\r\nMore.\n");
    CHECK(d.title == "Hello: a start");
    CHECK(d.date == "2019-06-02 12:00:00 +0900");
    CHECK(d.tags == std::vector<std::string>{"jekyll", "update", "web", "한국어"});
    CHECK(d.description == "Short.");
    CHECK_FALSE(d.is_draft);
    CHECK(d.body == "The text.\nMore.\n");
}

TEST_CASE("a head in TOML, as Hugo writes it") {
    const auto d = read(
        "+++\ntitle = 'Hi'\ndate = 2023-01-02T03:04:05+09:00\ntags = ['a', 'b']\ndraft = true\n"
        "weight = 10\n[params]\nx = 1\n+++\nText\n");
    CHECK(d.title == "Hi");
    CHECK(date(*d.date) == "2023-01-01T18:04:05.000Z");
    CHECK(d.tags == std::vector<std::string>{"a", "b"});
    CHECK(d.is_draft);
    CHECK(d.body == "Text\n");
    CHECK(date(*read("+++\ndate = 2023-01-02\n+++\n").date) == "2023-01-02T00:00:00.000Z");
}

TEST_CASE("without a head all is text, and an empty head is one") {
    CHECK(read("Just text\n---\nmore").body == "Just text\n---\nmore");
    CHECK(read("").body.empty());
    CHECK(read("---\n---\ntext").body == "text");
    CHECK(read("---\n# a comment\n---\ntext").body == "text");
    CHECK(read("\xef\xbb\xbf---\ntitle: a\n---\n").title == "a");
    CHECK(read("---\ntitle: a\n...\ntext").body == "text");
    CHECK(read("---\ndescription: long\nexcerpt: short\n---\n").description == "long");
    CHECK(read("---\nsummary: short\ndescription: long\n---\n").description == "long");
    CHECK(read("---\npublished: false\n---\n").is_draft);
    CHECK(read("---\ntags: one, two words\n---\n").tags ==
          std::vector<std::string>{"one", "two words"});
}

TEST_CASE("a head that cannot be read is refused with the reason") {
    CHECK(refused("---\ntitle: a\n") == "its head does not end");
    CHECK(refused("---\n") == "its head does not end");
    CHECK(refused("---\ntitle: [a\n---\n").starts_with("its head is no YAML"));
    CHECK(refused("---\n\ttitle: a\n---\n").starts_with("its head is no YAML"));
    CHECK(refused("+++\ntitle = a\n+++\n").starts_with("its head is no TOML"));
    CHECK(refused("---\n- a\n- b\n---\n") == "its head is no list of keys with values");
    CHECK(refused("---\n? [a]\n: b\n---\n") == "its head has a key that is no text");
    CHECK(refused("---\n" + std::string(70'000, '#') + "\n---\n") == "its head is above 64 KiB");
}

TEST_CASE("a head that would blow up does not") {
    // "A billion laughs": each line stands for ten of the one before.
    CHECK(refused("---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n").contains("alias"));
    std::string deep = "---\na: ";
    for (int i = 0; i < 1'000; ++i) deep += "[";
    CHECK_FALSE(refused(deep + "\n---\n").empty());
    CHECK(
        refused("---\nb: {a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}}\n---\n").contains("deep"));
    std::string many = "---\na:\n";
    for (int i = 0; i < 5'000; ++i) many += "- x\n";
    CHECK(refused(many + "---\n").contains("too many"));
    CHECK_FALSE(refused("+++\na = " + std::string(10'000, '[') + "\n+++\n").empty());
}

TEST_CASE("dates as people write them") {
    CHECK(date("2024-02-29") == "2024-02-29T00:00:00.000Z");
    CHECK(date("2024-01-31 10:20") == "2024-01-31T10:20:00.000Z");
    CHECK(date("2024-01-31T10:20:30Z") == "2024-01-31T10:20:30.000Z");
    CHECK(date("2024-01-31T10:20:30.123456+09:00") == "2024-01-31T01:20:30.000Z");
    CHECK(date("2024-01-01 00:30:00 +0900") == "2023-12-31T15:30:00.000Z");
    CHECK(date("2024-01-31 23:00:00 -0230") == "2024-02-01T01:30:00.000Z");
    for (const auto* wrong : {"", "2024", "2024-13-01", "2023-02-29", "yesterday", "2024-01-01x",
                              "2024-01-01T25:00", "2024-01-01T10:20:30 +9", "-024-01-01",
                              "2024-01-01T10:20:30+99:00", "2024-01-01T10", "2024-1-1"}) {
        INFO(wrong);
        CHECK(date(wrong) == "none");
    }
}

TEST_CASE("what a head does not say is taken from the text") {
    CHECK(first_heading("\n# A title #\n\ntext") == "A title");
    CHECK_FALSE(first_heading("## Second level\n"));
    CHECK_FALSE(first_heading("text\n# Later\n"));
    CHECK_FALSE(first_heading("# \n"));
    CHECK(beginning("# A\n\n![x](y)\n\nThe *first* line\nand [second](z).\n\nThird", 100) ==
          "The first line and second(z).");
    CHECK(beginning("", 100).empty());
    const auto cut = beginning("하나 둘 셋 넷 다섯 여섯 일곱", 20);
    CHECK(cut.ends_with("…"));
    CHECK(cut.size() <= 20 + std::string("…").size());
    CHECK(beginning(std::string(50, 'a'), 20) == std::string(20, 'a') + "…");
}
