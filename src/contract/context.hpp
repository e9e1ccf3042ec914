#pragma once
// What travels with every call: how long there is, which trace it belongs to, and who asks.
#include <array>
#include <base/clock.hpp>
#include <base/trace.hpp>
#include <boost/describe.hpp>
#include <cstdint>

namespace cleave {

enum class role : std::uint8_t { reader, author, moderator, admin };
BOOST_DESCRIBE_ENUM(role, reader, author, moderator, admin)

// Who is behind the request, as the edge found out. A user_id of 0 is nobody.
struct identity {
    std::int64_t user_id = 0;
    std::uint64_t session_id = 0;
    cleave::role role = role::reader;
    // Of the account, when the token was signed: see contract/authority.hpp.
    std::int64_t authority_version = 0;
    bool operator==(const identity&) const = default;
    explicit operator bool() const { return user_id != 0; }
};

// Chosen by a caller that may send a command twice: the owner applies it once and repeats its
// answer. All zero: none.
struct idempotency_key {
    std::array<std::uint8_t, 16> value{};
    bool operator==(const idempotency_key&) const = default;
    explicit operator bool() const { return *this != idempotency_key{}; }
};

struct call_context {
    steady_time deadline = steady_time::max();  // Work is not begun after it.
    trace_context trace{};
    identity caller{};
};

// The first parameter of a method says what the method is. A query changes nothing, may be repeated
// and may run on any replica. A command runs on the owner of the module's data and is repeated only
// when it is known not to have run, or carries a key. No command can be called with a query's
// context, so a query cannot cause a change by mistake.
struct query_context : call_context {};
struct command_context : call_context {
    idempotency_key key{};
    operator query_context() const { return {static_cast<const call_context&>(*this)}; }
};

}  // namespace cleave
