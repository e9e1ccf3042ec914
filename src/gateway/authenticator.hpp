#pragma once
// Who a public request comes from. A token's signature is checked once a thread, and what has
// changed since it was signed once a change; after that the token is looked up.
#include <base/io_threads.hpp>
#include <contract/token.hpp>
#include <functional>
#include <gateway/authority.hpp>
#include <http/routing/route.hpp>
#include <unordered_map>

namespace cleave::gateway {

inline constexpr std::size_t known_tokens_max = 10'000;  // a thread

class authenticator {
public:
    // Where the public key of users lies; asked until it is there (users makes it when it first
    // starts, in whatever process).
    using key_source = std::function<std::optional<token_public_key>()>;

    // All but the first must outlive it.
    authenticator(key_source key, const authority& changes, const wall_clock& clock,
                  std::size_t io_threads)
        : key_(std::move(key)), changes_(changes), clock_(clock), threads_(io_threads) {}

    // On an I/O thread. Nobody where the policy lets nobody in and there is no token. Fails with
    // unauthenticated (`token: is missing`, `token: is invalid`), forbidden (`account: suspended`),
    // or not_executed while there is no key to check with, or nobody knows what has changed.
    result<identity> identify(std::string_view authorization, http::policy access);

private:
    struct text_hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    struct known_token {
        verified_token token;
        authority::number judged_at = 0;
        result<identity> who{};
    };
    struct per_thread {
        std::optional<token_public_key> key;
        std::unordered_map<std::string, known_token, text_hash, std::equal_to<>> known;
    };

    result<identity> verify(std::string_view token);
    const result<identity>& judged(known_token& one) const;

    key_source key_;
    const authority& changes_;
    const wall_clock& clock_;
    std::vector<per_thread> threads_;
};

}  // namespace cleave::gateway
