#pragma once
// What several parts of the store read from a row, and what they all look for.
#include <sqlite/connection.hpp>
#include <users/api.hpp>

namespace cleave::users {

template <class Enum>
Enum read_enum(const sqlite::statement& row, int column) {
    const std::string name(row.text(column));
    Enum value{};
    describe::enum_from_string(name.c_str(), value);
    return value;
}

template <class Enum>
const char* name_of_enum(Enum value) {
    return describe::enum_to_string(value, "");
}

inline constexpr int account_columns =
    7;  // id, username, email, bio, image, role, authority_version
inline account read_account(const sqlite::statement& row) {
    account a;
    a.id = row.integer(0);
    a.username = row.text(1);
    a.email = row.text(2);
    a.bio = row.optional_text(3);
    a.image = row.optional_text(4);
    a.role = read_enum<role>(row, 5);
    a.authority_version = row.integer(6);
    return a;
}

// id, username, bio, image, version
inline profile read_profile(const sqlite::statement& row) {
    return {row.integer(0), std::string(row.text(1)), row.optional_text(2), row.optional_text(3),
            row.integer(4)};
}

// Of five columns: authority_version, role, status, sessions_from, kept_session
inline account_authority read_authority(const sqlite::statement& row, int first) {
    return {row.integer(first), read_enum<role>(row, first + 1),
            read_enum<account_status>(row, first + 2), row.integer(first + 3),
            static_cast<std::uint64_t>(row.integer(first + 4))};
}

}  // namespace cleave::users
