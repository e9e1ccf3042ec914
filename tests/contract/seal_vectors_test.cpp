// The seal as docs/protocol.md describes it, for whoever writes it again in another language.
#include <base/encoding.hpp>
#include <catch2/catch.hpp>
#include <contract/codec.hpp>
#include <contract/envelope.hpp>
#include <fstream>

namespace {

using namespace cleave;

json::value vectors() {
    std::ifstream in(CLEAVE_ROOT "/docs/seal-vectors.json");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return json::parse(text);
}

internal_key key_in(const json::value& from) {
    const auto raw = from_hex(std::string_view(from.at("key").as_string()));
    REQUIRE(raw);
    internal_key out{};
    REQUIRE(raw->size() == out.size());
    std::copy(raw->begin(), raw->end(), out.begin());
    return out;
}

std::string text_in(const json::value& from, std::string_view name) {
    return std::string(std::string_view(from.at(name).as_string()));
}

}  // namespace

TEST_CASE("envelopes and seals are those of docs/seal-vectors.json") {
    const auto all = vectors();
    const auto key = key_in(all);
    const timestamp now{all.at("now_unix_ms").as_int64()};
    REQUIRE(all.at("requests").as_array().size() == 3);
    for (const auto& r : all.at("requests").as_array()) {
        INFO(text_in(r, "name"));
        const auto method = text_in(r, "method"), target = text_in(r, "target"),
                   body = text_in(r, "body"), header = text_in(r, "header");
        const sealed_request request{method, target, body};
        CHECK(open_envelope(key, header, request, now));
        CHECK_FALSE(open_envelope(key, header, {method, target, "else"}, now));
    }
    const auto& full = all.at("requests").at(0);
    const auto method = text_in(full, "method"), target = text_in(full, "target"),
               body = text_in(full, "body");
    const auto opened = open_envelope(key, text_in(full, "header"), {method, target, body}, now);
    REQUIRE(opened);
    CHECK(opened->context.caller == identity{42, 0xdeadbeef, role::moderator, 5});
    CHECK(to_hex(opened->context.trace.within) == "00112233445566ff");

    REQUIRE(all.at("answers").as_array().size() == 4);
    for (const auto& a : all.at("answers").as_array()) {
        INFO(text_in(a, "name"));
        const auto type = text_in(a, "content_type"), headers = text_in(a, "headers"),
                   authority = text_in(a, "authority"), answered = text_in(a, "body");
        const sealed_answer answer{static_cast<unsigned>(a.at("status").as_int64()), type, headers,
                                   authority, answered};
        const auto of = a.at("envelope").to_number<std::size_t>();
        CHECK(seal_answer(key, text_in(all.at("requests").at(of), "header"), answer) ==
              text_in(a, "seal"));
    }
}
