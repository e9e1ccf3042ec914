#include <catch2/catch.hpp>
#include <contract/token.hpp>

namespace {

using namespace cleave;

constexpr timestamp now{1'700'000'000'000};
constexpr std::chrono::hours day(24);

token_signer signer(std::uint8_t fill = 1) {
    token_seed seed{};
    seed.fill(fill);
    return token_signer(seed);
}

timestamp after(std::chrono::seconds s) {
    return {now.unix_ms + s.count() * 1000};
}

}  // namespace

TEST_CASE("a token tells who it was signed for") {
    const identity who{42, 0xfeedface12345678, role::moderator, 3};
    const auto token = signer().sign(who, now, day);
    const auto read = verify_token(signer().public_key(), token, now);
    REQUIRE(read.has_value());
    CHECK(read->who == who);
    CHECK(read->expires == after(day));
}

TEST_CASE("a token ends, and does not begin before it was signed") {
    const auto token = signer().sign({1, 2, role::reader}, now, day);
    const auto valid_at = [&](timestamp at) {
        return verify_token(signer().public_key(), token, at).has_value();
    };
    CHECK(valid_at(after(day)));
    CHECK_FALSE(valid_at(after(day + std::chrono::seconds(61))));
    CHECK_FALSE(valid_at(after(std::chrono::seconds(-61))));
}

TEST_CASE("no byte of a token can be changed") {
    const auto token = signer().sign({1, 2, role::reader}, now, day);
    for (std::size_t i = 0; i < token.size(); ++i)
        for (const char c : {'A', '.', '~'}) {
            auto forged = token;
            if (forged[i] == c) continue;
            forged[i] = c;
            INFO(forged);
            CHECK_FALSE(verify_token(signer().public_key(), forged, now).has_value());
        }
}

TEST_CASE("another key, another algorithm or no signature is invalid") {
    const auto token = signer().sign({1, 2, role::admin}, now, day);
    const auto fails = [](std::string_view text) {
        const auto read = verify_token(signer().public_key(), text, now);
        return !read && read.error().subject == "token" && read.error().detail == "is invalid";
    };
    CHECK_FALSE(fails(token));
    CHECK_FALSE(verify_token(signer(2).public_key(), token, now).has_value());
    const auto payload = token.substr(token.find('.'), token.rfind('.') - token.find('.'));
    const auto none = to_base64url(as_bytes(R"({"alg":"none","typ":"JWT"})"));
    CHECK(fails(none + payload + "."));
    CHECK(fails(none + payload + token.substr(token.rfind('.'))));
    CHECK(fails(""));
    CHECK(fails(".."));
    CHECK(fails(token + "."));
    CHECK(fails(std::string(5000, 'a')));
}
