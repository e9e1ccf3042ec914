#include <sodium.h>

#include <algorithm>
#include <base/text.hpp>
#include <contract/codec.hpp>
#include <contract/token.hpp>

namespace cleave {

namespace {

constexpr std::string_view header_json = R"({"alg":"EdDSA","typ":"JWT"})";
constexpr std::int64_t clock_skew_s = 60;
constexpr std::string_view party = "cleave";

// The registered claims of RFC 7519, section 4.1, and three of ours.
struct claims {
    std::string iss{};
    std::string aud{};
    std::string sub{};
    std::string sid{};
    cleave::role role = cleave::role::reader;
    std::int64_t ver = 0;
    std::int64_t iat = 0;
    std::int64_t nbf = 0;
    std::int64_t exp = 0;
};
BOOST_DESCRIBE_STRUCT(claims, (), (iss, aud, sub, sid, role, ver, iat, nbf, exp))

const std::string& header() {
    static const std::string text = to_base64url(as_bytes(header_json));
    return text;
}

std::unexpected<problem> invalid() {
    return fail(errc::unauthenticated, "token", "is invalid");
}

}  // namespace

token_signer::token_signer(const token_seed& seed) {
    crypto_sign_seed_keypair(public_.data(), secret_.data(), seed.data());
}

std::string token_signer::sign(const identity& who, timestamp now,
                               std::chrono::seconds lifetime) const {
    const std::int64_t now_s = now.unix_ms / 1000;
    const claims c{std::string(party),
                   std::string(party),
                   std::to_string(who.user_id),
                   fmt::format("{:016x}", who.session_id),
                   who.role,
                   who.authority_version,
                   now_s,
                   now_s,
                   now_s + lifetime.count()};
    std::string token = header() + "." + to_base64url(as_bytes(encode(c)));
    std::array<std::uint8_t, crypto_sign_BYTES> signature{};
    crypto_sign_detached(signature.data(), nullptr, as_bytes(token).data(), token.size(),
                         secret_.data());
    return token + "." + to_base64url(signature);
}

result<verified_token> verify_token(const token_public_key& key, std::string_view token,
                                    timestamp now) {
    if (token.size() > token_bytes_max) return invalid();
    const auto last_dot = token.rfind('.');
    if (last_dot == std::string_view::npos) return invalid();
    const auto signature = from_base64url(token.substr(last_dot + 1));
    const auto body = token.substr(0, last_dot);
    if (!signature || signature->size() != crypto_sign_BYTES) return invalid();
    if (!body.starts_with(header()) || body.size() <= header().size() ||
        body[header().size()] != '.')
        return invalid();
    if (crypto_sign_verify_detached(signature->data(), as_bytes(body).data(), body.size(),
                                    key.data()) != 0)
        return invalid();

    const auto payload = from_base64url(body.substr(header().size() + 1));
    if (!payload) return invalid();
    const auto c =
        decode<claims>({reinterpret_cast<const char*>(payload->data()), payload->size()});
    if (!c || c->iss != party || c->aud != party) return invalid();
    const std::int64_t now_s = now.unix_ms / 1000;
    if (c->nbf > now_s + clock_skew_s || c->exp <= now_s - clock_skew_s) return invalid();
    verified_token out;
    out.who.role = c->role;
    out.who.authority_version = c->ver;
    out.expires = {c->exp * 1000};
    if (!read_number(c->sub, out.who.user_id, 10) || out.who.user_id <= 0 ||
        !read_number(c->sid, out.who.session_id, 16))
        return invalid();
    return out;
}

}  // namespace cleave
