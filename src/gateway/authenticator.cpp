#include <gateway/authenticator.hpp>
#include <http/text.hpp>

namespace cleave::gateway {

namespace {

// "Token <jwt>" as RealWorld has it, or "Bearer <jwt>" (RFC 6750). Schemes have no case.
std::optional<std::string_view> token_in(std::string_view authorization) {
    const auto space = authorization.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const auto scheme = authorization.substr(0, space);
    if (!http::equals_ignoring_case(scheme, "token") &&
        !http::equals_ignoring_case(scheme, "bearer"))
        return std::nullopt;
    return authorization.substr(space + 1);
}

std::unexpected<problem> invalid() {
    return fail(errc::unauthenticated, "token", "is invalid");
}

}  // namespace

result<identity> authenticator::identify(std::string_view authorization, http::policy access) {
    if (access == http::policy::anyone) return identity{};
    if (authorization.empty()) {
        if (access == http::policy::optional_user) return identity{};
        return fail(errc::unauthenticated, "token", "is missing");
    }
    const auto token = token_in(authorization);
    return token ? verify(*token) : invalid();
}

result<identity> authenticator::verify(std::string_view token) {
    per_thread& mine = threads_[this_io_thread()];
    const timestamp now = clock_.now();
    if (const auto found = mine.known.find(token); found != mine.known.end()) {
        if (found->second.token.expires > now) return judged(found->second);
        mine.known.erase(found);  // What verify_token makes of it counts: clocks may differ.
    }
    if (!mine.key) mine.key = key_();
    if (!mine.key) return not_executed();
    const auto verified = verify_token(*mine.key, token, now);
    if (!verified) return fail(verified.error());
    // Forgetting all of them costs each visitor one signature check.
    if (mine.known.size() >= known_tokens_max) mine.known.clear();
    return judged(mine.known.emplace(token, known_token{*verified}).first->second);
}

// The number is read first: what changes meanwhile is looked at the next time.
const result<identity>& authenticator::judged(known_token& one) const {
    const auto now = changes_.epoch();
    if (one.judged_at != now || now == 0) {
        one.who = changes_.judge(one.token.who);
        one.judged_at = now;
    }
    return one.who;
}

}  // namespace cleave::gateway
