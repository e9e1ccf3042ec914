#pragma once
// Who may do what, as it changes while tokens are out. A token says what was so when it was signed;
// whatever has changed since then is an exception, which users tells (the event authority_changed,
// and the reply of the command that made the change) and every process with an edge keeps until the
// tokens from before it have expired.
#include <base/clock.hpp>
#include <contract/method.hpp>
#include <optional>

namespace cleave {

enum class account_status : std::uint8_t { active, suspended };
BOOST_DESCRIBE_ENUM(account_status, active, suspended)

// What holds for an account from now on. The version rises with each change; a token carries the
// one that it was signed at (identity::authority_version).
struct account_authority {
    std::int64_t version = 0;
    cleave::role role = cleave::role::author;
    account_status status = account_status::active;
    // Tokens of a lower version are over, but for those of the one session that ended the others.
    std::int64_t sessions_from = 0;
    std::uint64_t kept_session = 0;  // 0: none
    bool operator==(const account_authority&) const = default;
};
BOOST_DESCRIBE_STRUCT(account_authority, (), (version, role, status, sessions_from, kept_session))

// Event, and part of a reply. Its key is the account's id. Applying it twice, or after a later one,
// changes nothing.
struct authority_changed {
    static constexpr const char* kind = "authority_changed";
    static constexpr bool passing = true;  // Newcomers ask for what is still of consequence.
    std::int64_t user_id = 0;
    std::optional<account_authority> account{};
    std::optional<std::uint64_t> ended_session{};
    timestamp until{};  // By then every token that was signed before has expired.
    bool operator==(const authority_changed&) const = default;
};
BOOST_DESCRIBE_STRUCT(authority_changed, (), (user_id, account, ended_session, until))

// Whether the session of a token is over for the account.
constexpr bool is_over(const account_authority& now, const identity& token) {
    return token.authority_version < now.sessions_from && token.session_id != now.kept_session;
}

}  // namespace cleave
