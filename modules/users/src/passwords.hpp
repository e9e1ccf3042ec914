#pragma once
// Password hashes: argon2id through libsodium, as a PHC string
// ("$argon2id$v=19$m=19456,t=2,p=1$…"). Each call takes about 18 ms of a core at the default cost:
// never on an I/O thread.
#include <string>
#include <users/module.hpp>

namespace cleave::users {

// Throws std::bad_alloc where the memory cannot be had.
std::string hash_password(const std::string& password, const password_cost& cost);

bool password_fits(const std::string& hash, const std::string& password);

}  // namespace cleave::users
