#include <catch2/catch.hpp>
#include <contract/codec.hpp>

namespace {

using namespace cleave;

enum class colour { red, green };
BOOST_DESCRIBE_ENUM(colour, red, green)

struct inner {
    std::int64_t id = 0;
    std::string full_name{};
    bool operator==(const inner&) const = default;
};
BOOST_DESCRIBE_STRUCT(inner, (), (id, full_name))

struct outer {
    inner written_by{};
    std::vector<std::string> tags{};
    std::optional<std::string> note{};
    colour state = colour::red;
    bool is_new = false;
    timestamp created_at{};
    std::vector<inner> more{};
    bool operator==(const outer&) const = default;
};
BOOST_DESCRIBE_STRUCT(outer, (), (written_by, tags, note, state, is_new, created_at, more))

struct change {
    std::optional<std::optional<std::string>> note{};
};
BOOST_DESCRIBE_STRUCT(change, (), (note))

outer sample() {
    return {{7, "Ann"}, {"a", "b"}, std::nullopt, colour::green, true, {1'000}, {{1, "x"}}};
}

problem error_of(std::string_view text) {
    return decode<outer>(text).error();
}

}  // namespace

TEST_CASE("a value is written in the order of its description") {
    CHECK(encode(sample()) ==
          R"({"written_by":{"id":7,"full_name":"Ann"},"tags":["a","b"],"note":null,)"
          R"("state":"green","is_new":true,"created_at":"1970-01-01T00:00:01.000Z",)"
          R"("more":[{"id":1,"full_name":"x"}]})");
}

TEST_CASE("outside, names are camelCase") {
    CHECK(encode<naming::camel>(sample()) ==
          R"({"writtenBy":{"id":7,"fullName":"Ann"},"tags":["a","b"],"note":null,)"
          R"("state":"green","isNew":true,"createdAt":"1970-01-01T00:00:01.000Z",)"
          R"("more":[{"id":1,"fullName":"x"}]})");
}

TEST_CASE("what was written can be read, in both spellings") {
    CHECK(decode<outer>(encode(sample())).value() == sample());
    CHECK(decode<outer, naming::camel>(encode<naming::camel>(sample())).value() == sample());
    CHECK(encode(nothing{}) == "{}");
    CHECK(decode<nothing>("{}").has_value());
}

TEST_CASE("every character survives, and control characters are escaped") {
    inner all;
    for (int c = 0; c < 0x80; ++c) all.full_name += static_cast<char>(c);
    all.full_name += "댓글 \xf0\x9f\x98\x80";
    const std::string text = encode(all);
    for (const char c : text) CHECK(static_cast<unsigned char>(c) >= 0x20);
    CHECK(decode<inner>(text).value() == all);
}

TEST_CASE("a character is escaped wherever it stands, and no other is") {
    for (int c = 0; c < 0x100; ++c)
        for (std::size_t size : {1, 7, 8, 9, 16, 17})
            for (std::size_t at = 0; at < size; ++at) {
                std::string text(size, 'x');
                text[at] = static_cast<char>(c);
                std::string out;
                append_json_string(out, text);
                const bool escaped = c < 0x20 || c == '"' || c == '\\';
                const std::string around = out.substr(1, at) + out.substr(out.size() - (size - at));
                CHECK(escaped == (out[1 + at] == '\\'));
                CHECK(around == std::string(size - 1, 'x') + '"');
                if (!escaped) CHECK(out == '"' + text + '"');
            }
}

TEST_CASE("integers keep their whole range and nothing else passes as one") {
    for (const std::int64_t id : {INT64_MIN, std::int64_t(-1), std::int64_t(0), INT64_MAX}) {
        const inner value{id, ""};
        CHECK(decode<inner>(encode(value)).value() == value);
    }
    for (const char* bad : {"1.5", "1e40", "\"1\"", "9223372036854775808", "true", "null"}) {
        INFO(bad);
        const auto read = decode<inner>(std::string(R"({"full_name":"","id":)") + bad + "}");
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().pointer == "/id");
    }
}

TEST_CASE("an absent optional is null, an unknown field is ignored") {
    auto text = encode(sample());
    text.replace(text.find(R"("note":null,)"), 12, R"("from_a_newer_release":{"x":[1]},)");
    CHECK(decode<outer>(text).value() == sample());
}

TEST_CASE("a malformed request names the field at fault") {
    CHECK(error_of("{").code == errc::malformed);
    CHECK(error_of("\"\xff\"").code == errc::malformed);
    const auto missing = error_of("{}");
    CHECK(missing.code == errc::invalid_argument);
    CHECK(missing.pointer == "/written_by");
    CHECK(missing.detail == "is required");
    CHECK(error_of("[]").detail == "must be an object");
    auto text = encode(sample());
    text.replace(text.find(R"("full_name":"x")"), 15, R"("full_name":[])");
    CHECK(error_of(text).pointer == "/more/0/full_name");
    CHECK(error_of(text).subject == "full_name");
    text = encode(sample());
    text.replace(text.find("green"), 5, "mauve");
    CHECK(error_of(text).pointer == "/state");
}

TEST_CASE("nesting is bounded") {
    const std::string deep(33, '[');
    CHECK(decode<std::vector<std::string>>(deep + std::string(33, ']')).error().code ==
          errc::malformed);
}

TEST_CASE("times are read as they are written and in no other way") {
    for (const char* good : {"2026-08-13T10:00:00.123Z", "0000-01-01T00:00:00.000Z",
                             "9999-12-31T23:59:59.999Z", "2024-02-29T00:00:00.000Z"})
        CHECK(to_rfc3339(parse_rfc3339(good).value()) == good);
    for (const char* bad :
         {"2026-02-30T10:00:00.123Z", "2026-08-13T24:00:00.123Z", "2026-08-13T10:00:00Z",
          "2026-08-13 10:00:00.123Z", "", "2026-08-13T10:00:00.123+", "+026-08-13T10:00:00.123Z"})
        CHECK_FALSE(parse_rfc3339(bad));
}

TEST_CASE("a nullable field is left out, null, or a value") {
    CHECK_FALSE(decode<change>("{}")->note.has_value());
    const auto null = decode<change>(R"({"note":null})");
    REQUIRE(null->note.has_value());
    CHECK_FALSE(null->note->has_value());
    const auto value = decode<change>(R"({"note":""})");
    REQUIRE(value->note.has_value());
    CHECK(*value->note == std::optional<std::string>(""));
    CHECK(decode<change>(R"({"note":7})").error().pointer == "/note");
}
