#pragma once
// Tokens of the public API: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037, "EdDSA").
// The users module signs, everyone else verifies with the public key. The algorithm is fixed: a
// token whose header is not byte for byte ours is invalid, so there is nothing to confuse.
#include <array>
#include <base/clock.hpp>
#include <base/encoding.hpp>
#include <contract/context.hpp>
#include <contract/problem.hpp>
#include <string>
#include <string_view>

namespace cleave {

using token_seed = std::array<std::uint8_t, 32>;
using token_public_key = std::array<std::uint8_t, 32>;

inline constexpr std::size_t token_bytes_max = 1024;

class token_signer {
public:
    explicit token_signer(const token_seed& seed);

    std::string sign(const identity& who, timestamp now, std::chrono::seconds lifetime) const;
    const token_public_key& public_key() const { return public_; }

private:
    std::array<std::uint8_t, 64> secret_{};
    token_public_key public_{};
};

struct verified_token {
    identity who{};
    timestamp expires{};
};

// Fails with `token: is invalid` for whatever reason; which one is nobody's business.
// Times may be off by 60 seconds.
result<verified_token> verify_token(const token_public_key& key, std::string_view token,
                                    timestamp now);

}  // namespace cleave
