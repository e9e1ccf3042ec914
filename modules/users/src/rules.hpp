#pragma once
// Decisions of the users module that need no I/O.
#include <users/api.hpp>

namespace cleave::users {

inline constexpr std::size_t username_bytes_max = 256;
inline constexpr std::size_t email_bytes_max = 320;
inline constexpr std::size_t password_bytes_min = 8;
inline constexpr std::size_t password_bytes_max = 1024;

// Whether an account may be made with these; else invalid_argument, naming the field.
result<void> check_registration(const register_request& r);
result<void> check_login(const login_request& r);

}  // namespace cleave::users
