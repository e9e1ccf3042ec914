#pragma once
// Why a call failed, as a value. It is the same in every calling mode and safe to show a stranger:
// what only an operator may read is logged where it was caught.
#include <boost/describe.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace cleave {

enum class errc {
    malformed,         // 400: not JSON, or not HTTP as it should be
    unauthenticated,   // 401
    forbidden,         // 403
    not_found,         // 404
    conflict,          // 409
    too_large,         // 413
    invalid_argument,  // 422: the pointer names the field
    rate_limited,      // 429: nothing was done; retry later
    internal,          // 500: a bug
    not_executed,      // 503: known not to have been done; safe to send again
    outcome_unknown,   // 504: it may have been done
    storage_full,      // 507: not done, no space
};
BOOST_DESCRIBE_ENUM(errc, malformed, unauthenticated, forbidden, not_found, conflict, too_large,
                    invalid_argument, rate_limited, internal, not_executed, outcome_unknown,
                    storage_full)

struct problem {
    errc code = errc::internal;
    std::string subject{"server"};         // What is at fault: "article", "token", a field's name.
    std::string detail{"internal error"};  // "not found", "is missing", "can't be blank".
    std::optional<std::string> pointer{};  // JSON pointer (RFC 6901) to the field in the request.

    bool operator==(const problem&) const = default;
};
BOOST_DESCRIBE_STRUCT(problem, (), (code, subject, detail, pointer))

template <class T>
using result = std::expected<T, problem>;

// `co_return fail(errc::not_found, "article", "not found");`
inline std::unexpected<problem> fail(errc code, std::string_view subject, std::string_view detail) {
    return std::unexpected<problem>(
        problem{code, std::string(subject), std::string(detail), std::nullopt});
}
inline std::unexpected<problem> fail(problem p) {
    return std::unexpected<problem>(std::move(p));
}

// The two ways in which a command can fail without an answer, and the one for a bug.
inline std::unexpected<problem> not_executed() {
    return fail(errc::not_executed, "service", "unavailable");
}
inline std::unexpected<problem> outcome_unknown() {
    return fail(errc::outcome_unknown, "service", "outcome unknown");
}
inline std::unexpected<problem> internal_error() {
    return fail(problem{});
}

// The status that carries the code over HTTP, inside and outside alike.
constexpr unsigned http_status(errc code) {
    switch (code) {
        case errc::malformed: return 400;
        case errc::unauthenticated: return 401;
        case errc::forbidden: return 403;
        case errc::not_found: return 404;
        case errc::conflict: return 409;
        case errc::too_large: return 413;
        case errc::invalid_argument: return 422;
        case errc::rate_limited: return 429;
        case errc::internal: return 500;
        case errc::not_executed: return 503;
        case errc::outcome_unknown: return 504;
        case errc::storage_full: return 507;
    }
    return 500;
}

}  // namespace cleave
