#pragma once
// The users module as the other modules see it. This file is its whole contract.
#include <contract/method.hpp>
#include <vector>

namespace cleave::users {

// An account as its own holder sees it.
struct account {
    std::int64_t id = 0;
    std::string username{};
    std::string email{};
    std::optional<std::string> bio{};
    std::optional<std::string> image{};
    cleave::role role = cleave::role::author;
};
BOOST_DESCRIBE_STRUCT(account, (), (id, username, email, bio, image, role))

// An account as everyone sees it. The version rises with each change, so that of two copies the
// newer one is known.
struct profile {
    std::int64_t id = 0;
    std::string username{};
    std::optional<std::string> bio{};
    std::optional<std::string> image{};
    std::int64_t version = 0;
    bool operator==(const profile&) const = default;
};
BOOST_DESCRIBE_STRUCT(profile, (), (id, username, bio, image, version))

struct register_request {
    std::string username{};
    std::string email{};
    std::string password{};
};
BOOST_DESCRIBE_STRUCT(register_request, (), (username, email, password))

struct login_request {
    std::string email{};
    std::string password{};
};
BOOST_DESCRIBE_STRUCT(login_request, (), (email, password))

struct account_request {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(account_request, (), (id))

struct profiles_request {
    std::vector<std::int64_t> ids{};
};
BOOST_DESCRIBE_STRUCT(profiles_request, (), (ids))

struct usernames_request {
    std::vector<std::string> usernames{};
};
BOOST_DESCRIBE_STRUCT(usernames_request, (), (usernames))

struct ids_request {
    std::vector<std::int64_t> ids{};
};
BOOST_DESCRIBE_STRUCT(ids_request, (), (ids))

struct id_list {
    std::vector<std::int64_t> ids{};
    bool operator==(const id_list&) const = default;
};
BOOST_DESCRIBE_STRUCT(id_list, (), (ids))

struct profile_list {
    std::vector<profile> profiles{};
};
BOOST_DESCRIBE_STRUCT(profile_list, (), (profiles))

// Event: an account is new, or what everyone sees of it has changed. Its key is the account's id.
struct profile_changed {
    static constexpr const char* kind = "profile_changed";
    users::profile profile{};
};
BOOST_DESCRIBE_STRUCT(profile_changed, (), (profile))

// Event: somebody follows somebody from now on. Its key is the id of who is followed.
struct user_followed {
    static constexpr const char* kind = "user_followed";
    std::int64_t follower_id = 0;
    std::int64_t followed_id = 0;
};
BOOST_DESCRIBE_STRUCT(user_followed, (), (follower_id, followed_id))

inline constexpr std::size_t profiles_asked_max = 1000;  // of ids or usernames, in one call

class api {
public:
    static constexpr const char* module_name = "users";
    virtual ~api() = default;

    // Fails with invalid_argument (blank, malformed, too short a password) or conflict (username or
    // email `has already been taken`), and with rate_limited where too many passwords are being
    // hashed already.
    virtual task<account> register_account(command_context, register_request) = 0;

    // Whose e-mail and password these are. Fails with invalid_argument (blank), unauthenticated
    // (`credentials: invalid`, whichever of the two is wrong) or rate_limited.
    virtual task<account> login(query_context, login_request) = 0;

    // Fails with not_found.
    virtual task<account> get_account(query_context, account_request) = 0;

    // Those of the ids that exist, in no order. Fails with invalid_argument above
    // profiles_asked_max ids.
    virtual task<profile_list> get_profiles(query_context, profiles_request) = 0;

    // Those of the usernames that exist, each once, in no order; case counts as it does when a name
    // is taken. Fails with invalid_argument above profiles_asked_max.
    virtual task<profile_list> find_profiles(query_context, usernames_request) = 0;

    // Which of the ids the caller follows, in no order; none where nobody calls. Fails with
    // invalid_argument above profiles_asked_max.
    virtual task<id_list> followed_among(query_context, ids_request) = 0;

    // All whom the caller follows, by id; none where nobody calls.
    virtual task<id_list> followed(query_context, nothing) = 0;
};
BOOST_DESCRIBE_STRUCT(api, (),
                      (register_account, login, get_account, get_profiles, find_profiles,
                       followed_among, followed))

}  // namespace cleave::users
