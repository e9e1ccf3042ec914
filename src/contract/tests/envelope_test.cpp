#include <sodium.h>

#include <base/encoding.hpp>
#include <base/random.hpp>
#include <catch2/catch.hpp>
#include <contract/envelope.hpp>

namespace {

using namespace cleave;

constexpr timestamp now{1'700'000'000'000};
constexpr sealed_request request{"POST", "/rpc/posts/get", R"({"slug":"a"})"};

internal_key key() {
    internal_key k{};
    k.fill(7);
    return k;
}

envelope sample() {
    envelope e;
    e.context.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    e.context.trace.trace_id.fill(0xab);
    e.context.trace.span_id.fill(0xcd);
    e.context.trace.within.fill(0xef);
    e.context.caller = {42, 0xdeadbeef, role::moderator, 5};
    e.key.value.fill(9);
    e.client_address = "2001:db8::1";
    e.user_agent = "Mozilla/5.0 (X11; \"quoted\"; v=1)";
    e.referrer_host = "예시.kr";
    return e;
}

}  // namespace

TEST_CASE("an envelope opens to what was sealed") {
    const auto sent = sample();
    const auto got = open_envelope(key(), seal(key(), sent, request, now), request, now);
    REQUIRE(got.has_value());
    CHECK(got->context.trace == sent.context.trace);
    CHECK(got->context.caller == sent.context.caller);
    CHECK(got->key == sent.key);
    CHECK(got->client_address == sent.client_address);
    CHECK(got->user_agent == sent.user_agent);
    CHECK(got->referrer_host == sent.referrer_host);
    // The deadline can only shrink on its way (by the millisecond that it is rounded down to).
    CHECK(got->context.deadline <= sent.context.deadline + std::chrono::milliseconds(50));
    CHECK(got->context.deadline > sent.context.deadline - std::chrono::seconds(4));
}

TEST_CASE("a request that is not recorded here is not recorded there") {
    auto sent = sample();
    sent.context.trace.within = {};
    const auto sealed = seal(key(), sent, request, now);
    CHECK(sealed.find(";sp=") == std::string::npos);
    const auto got = open_envelope(key(), sealed, request, now);
    REQUIRE(got.has_value());
    CHECK(got->context.trace == sent.context.trace);
    CHECK_FALSE(got->context.trace.is_recorded());
}

TEST_CASE("no deadline stays no deadline, and nobody stays nobody") {
    const auto got = open_envelope(key(), seal(key(), {}, request, now), request, now);
    REQUIRE(got.has_value());
    CHECK(got->context.deadline == steady_time::max());
    CHECK_FALSE(got->context.caller);
    CHECK_FALSE(got->key);
}

TEST_CASE("a header of which any byte was changed is refused") {
    const std::string header = seal(key(), sample(), request, now);
    for (std::size_t i = 0; i < header.size(); ++i) {
        auto forged = header;
        forged[i] = forged[i] == '1' ? '2' : '1';
        if (forged == header) continue;
        const auto opened = open_envelope(key(), forged, request, now);
        INFO(forged);
        CHECK_FALSE(opened.has_value());
    }
}

namespace {

// As another release would seal it, which says less or more.
std::string sealed_as(const std::string& fields) {
    const auto part = [](crypto_generichash_state& state, std::string_view text) {
        const std::uint64_t size = text.size();
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&size), 8);
        crypto_generichash_update(&state, as_bytes(text).data(), text.size());
    };
    crypto_generichash_state state;
    std::array<std::uint8_t, 16> mac{};
    crypto_generichash_init(&state, key().data(), key().size(), mac.size());
    for (const auto text : {request.method, request.target, std::string_view(fields), request.body})
        part(state, text);
    crypto_generichash_final(&state, mac.data(), mac.size());
    return fields + ";m=" + to_hex(mac);
}

}  // namespace

TEST_CASE("an envelope of an older release opens, and one of a newer release") {
    const std::string time = "v1;t=" + std::to_string(now.unix_ms);
    const auto before = open_envelope(key(), sealed_as(time), request, now);
    REQUIRE(before.has_value());
    CHECK_FALSE(before->context.caller);
    CHECK_FALSE(before->once);
    const auto after =
        open_envelope(key(), sealed_as(time + ";u=42;s=1;r=1;v=5;tenant=blue;x="), request, now);
    REQUIRE(after.has_value());
    CHECK(after->context.caller.user_id == 42);
    // What is known must be as it should be; and nobody gets rights that are not known here.
    CHECK_FALSE(open_envelope(key(), sealed_as(time + ";u=4x2"), request, now));
    CHECK_FALSE(open_envelope(key(), sealed_as(time + ";u=42;s=1;r=9;v=5"), request, now));
}

TEST_CASE("an envelope fits one request, one key and one moment") {
    const std::string header = seal(key(), sample(), request, now);
    internal_key other = key();
    other[0] ^= 1;
    const auto opens = [&](const internal_key& k, const sealed_request& r, timestamp at) {
        return open_envelope(k, header, r, at).has_value();
    };
    CHECK(opens(key(), request, {now.unix_ms + 29'000}));
    CHECK_FALSE(opens(key(), request, {now.unix_ms + 31'000}));
    CHECK_FALSE(opens(key(), request, {now.unix_ms - 31'000}));
    CHECK_FALSE(opens(other, request, now));
    CHECK_FALSE(opens(key(), {"GET", request.target, request.body}, now));
    CHECK_FALSE(opens(key(), {request.method, "/rpc/posts/create", request.body}, now));
    CHECK_FALSE(opens(key(), {request.method, request.target, "{}"}, now));
    CHECK_FALSE(open_envelope(key(), "", request, now).has_value());
    CHECK_FALSE(open_envelope(key(), "v1;t=1", request, now).has_value());
}
