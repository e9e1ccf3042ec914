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

// In characters: a Korean password of eight is as long as a Latin one.
std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

result<void> check_username(std::string_view text) {
    if (is_blank(text)) return invalid("username", "can't be blank");
    if (text.size() > username_bytes_max)
        return invalid("username", "is too long (at most 256 bytes)");
    if (has_control_characters(text))
        return invalid("username", "must not contain control characters");
    return {};
}

result<void> check_email(std::string_view text) {
    if (is_blank(text)) return invalid("email", "can't be blank");
    if (text.size() > email_bytes_max) return invalid("email", "is too long (at most 320 bytes)");
    if (!looks_like_email(trimmed(text)) || has_control_characters(text))
        return invalid("email", "is not an e-mail address");
    return {};
}

}  // namespace

result<void> check_password(std::string_view text) {
    if (is_blank(text)) return invalid("password", "can't be blank");
    if (characters_in(text) < password_characters_min)
        return invalid("password", "is too short (at least 8 characters)");
    if (text.size() > password_bytes_max)
        return invalid("password", "is too long (at most 1024 bytes)");
    return {};
}

result<void> check_registration(const register_request& r) {
    // All that is missing comes before what is wrong.
    if (is_blank(r.username)) return invalid("username", "can't be blank");
    if (is_blank(r.email)) return invalid("email", "can't be blank");
    if (is_blank(r.password)) return invalid("password", "can't be blank");
    if (auto fine = check_username(r.username); !fine) return fine;
    if (auto fine = check_email(r.email); !fine) return fine;
    return check_password(r.password);
}

result<void> check_update(const update_request& r) {
    if (r.username)
        if (auto fine = check_username(*r.username); !fine) return fine;
    if (r.email)
        if (auto fine = check_email(*r.email); !fine) return fine;
    if (r.password)
        if (auto fine = check_password(*r.password); !fine) return fine;
    if (r.bio && r.bio->size() > bio_bytes_max)
        return invalid("bio", "is too long (at most 8192 bytes)");
    if (r.image && r.image->size() > image_bytes_max)
        return invalid("image", "is too long (at most 2048 bytes)");
    if (r.image && has_control_characters(*r.image))
        return invalid("image", "must not contain control characters");
    return {};
}

result<void> check_login(const login_request& r) {
    if (is_blank(r.email)) return invalid("email", "can't be blank");
    if (r.password.empty()) return invalid("password", "can't be blank");
    return {};
}

// First nobody writes as that account any more, in no module; each of them says so before anything
// is lost, and until then all can be taken back. Then it is erased: articles first, since what
// others follow of them goes with their events; the account last, with what says that all is done.
saga::plan deletion_plan() {
    const std::vector<std::string> others{"posts", "comments", "notifications", "stats"};
    saga::plan out;
    out.kind = deletion_kind;
    out.steps.push_back({"users", "account.freeze", "account.unfreeze"});
    for (const auto& module : others)
        out.steps.push_back({module, "account.close", "account.reopen"});
    out.pivot = static_cast<std::int64_t>(out.steps.size());
    for (const auto& module : others) out.steps.push_back({module, "account.erase", std::nullopt});
    out.steps.push_back({"users", "account.erase", std::nullopt});
    return out;
}

}  // namespace cleave::users
