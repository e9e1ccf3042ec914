#pragma once
// Decisions of the users module that need no I/O.
#include <saga/plan.hpp>
#include <users/api.hpp>

namespace cleave::users {

inline constexpr std::size_t username_bytes_max = 256;
inline constexpr std::size_t email_bytes_max = 320;
inline constexpr std::size_t password_characters_min = 8;
inline constexpr std::size_t password_bytes_max = 1024;
inline constexpr std::size_t bio_bytes_max = 8 * 1024;
inline constexpr std::size_t image_bytes_max = 2 * 1024;

inline constexpr std::string_view deletion_kind = "account_deletion";
// The steps by which an account is deleted, in all modules. The first one is done when it begins.
saga::plan deletion_plan();

// Whether an account may be made with these; else invalid_argument, naming the field.
result<void> check_registration(const register_request& r);
// The same for what is to change.
result<void> check_update(const update_request& r);
result<void> check_login(const login_request& r);
// Long enough, and not too long.
result<void> check_password(std::string_view text);

}  // namespace cleave::users
