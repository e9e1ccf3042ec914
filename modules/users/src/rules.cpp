#include "rules.hpp"

#include <algorithm>
#include <base/text.hpp>

namespace cleave::users {

namespace {

bool has_control_characters(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

result<void> invalid(std::string_view field, std::string_view why) {
    problem p{errc::invalid_argument, std::string(field), std::string(why),
              "/user/" + std::string(field)};
    return fail(std::move(p));
}

// Not RFC 5321, which a mail server knows better: one '@' with something on both sides.
bool looks_like_email(std::string_view text) {
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           text.find('@', at + 1) == std::string_view::npos &&
           text.find_first_of(white_space) == std::string_view::npos;
}

}  // namespace

result<void> check_registration(const register_request& r) {
    if (is_blank(r.username)) return invalid("username", "can't be blank");
    if (is_blank(r.email)) return invalid("email", "can't be blank");
    if (is_blank(r.password)) return invalid("password", "can't be blank");
    if (r.username.size() > username_bytes_max)
        return invalid("username", "is too long (at most 256 bytes)");
    if (has_control_characters(r.username))
        return invalid("username", "must not contain control characters");
    if (r.email.size() > email_bytes_max)
        return invalid("email", "is too long (at most 320 bytes)");
    if (!looks_like_email(r.email) || has_control_characters(r.email))
        return invalid("email", "is not an e-mail address");
    if (r.password.size() < password_bytes_min)
        return invalid("password", "is too short (at least 8 characters)");
    if (r.password.size() > password_bytes_max)
        return invalid("password", "is too long (at most 1024 bytes)");
    return {};
}

result<void> check_login(const login_request& r) {
    if (is_blank(r.email)) return invalid("email", "can't be blank");
    if (r.password.empty()) return invalid("password", "can't be blank");
    return {};
}

}  // namespace cleave::users
