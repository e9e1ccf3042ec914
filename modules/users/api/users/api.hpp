#pragma once
// The users module as the other modules see it. This file is its whole contract.
#include <contract/authority.hpp>
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
    std::int64_t authority_version = 0;  // for its tokens
};
BOOST_DESCRIBE_STRUCT(account, (), (id, username, email, bio, image, role, authority_version))

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
    // Where from, so that attempts are counted by address as well as by account.
    std::optional<std::string> client_address{};
};
BOOST_DESCRIBE_STRUCT(login_request, (), (email, password, client_address))

// What is absent stays. An empty bio or image is none.
struct update_request {
    std::optional<std::string> username{};
    std::optional<std::string> email{};
    std::optional<std::string> password{};
    std::optional<std::string> bio{};
    std::optional<std::string> image{};
};
BOOST_DESCRIBE_STRUCT(update_request, (), (username, email, password, bio, image))

struct updated_account {
    users::account account{};
    std::optional<authority_changed> authority{};  // where it has a new password
};
BOOST_DESCRIBE_STRUCT(updated_account, (), (account, authority))

struct account_request {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(account_request, (), (id))

struct profiles_request {
    std::vector<std::int64_t> ids{};
};
BOOST_DESCRIBE_STRUCT(profiles_request, (), (ids))

struct username_request {
    std::string username{};
};
BOOST_DESCRIBE_STRUCT(username_request, (), (username))

// A profile as the caller sees it; nobody follows nobody.
struct seen_profile {
    users::profile profile{};
    bool following = false;
};
BOOST_DESCRIBE_STRUCT(seen_profile, (), (profile, following))

// The same in an answer of the public API, where others show whose an article or a comment is too.
struct public_profile {
    std::string username{};
    std::optional<std::string> bio{};
    std::optional<std::string> image{};
    bool following = false;
};
BOOST_DESCRIBE_STRUCT(public_profile, (), (username, bio, image, following))

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

// An account as an admin sees it.
struct managed_account {
    std::string username{};
    std::string email{};
    cleave::role role = cleave::role::author;
    account_status status = account_status::active;
    timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(managed_account, (), (username, email, role, status, created_at))

struct accounts_request {
    std::optional<std::string> q{};  // part of a username or an e-mail address; case does not count
    std::int64_t limit = 20;
    std::int64_t offset = 0;
};
BOOST_DESCRIBE_STRUCT(accounts_request, (), (q, limit, offset))

struct account_page {
    std::vector<managed_account> accounts{};  // newest first
    std::int64_t total = 0;                   // that fit `q`
};
BOOST_DESCRIBE_STRUCT(account_page, (), (accounts, total))

// What is absent stays.
struct authority_request {
    std::string username{};
    std::optional<cleave::role> role{};
    std::optional<account_status> status{};
};
BOOST_DESCRIBE_STRUCT(authority_request, (), (username, role, status))

struct authority_answer {
    managed_account account{};
    std::optional<authority_changed> authority{};  // where something is not as it was
};
BOOST_DESCRIBE_STRUCT(authority_answer, (), (account, authority))

struct password_request {
    std::string username{};
    std::string password{};
};
BOOST_DESCRIBE_STRUCT(password_request, (), (username, password))

struct exceptions_request {
    std::int64_t after = 0;  // the `last` of the page before
};
BOOST_DESCRIBE_STRUCT(exceptions_request, (), (after))

// All that is not as some token says, a page at a time.
struct exceptions_page {
    std::vector<authority_changed> changes{};
    std::int64_t last = 0;
    bool more = false;
    std::int64_t feed_position = 0;  // Events after it may tell what this page does not.
};
BOOST_DESCRIBE_STRUCT(exceptions_page, (), (changes, last, more, feed_position))

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

// Event: an account is gone, with all that it was. Its key is the account's id. Nothing of it is in
// the log any more but this, and nothing must come of what is told of it later.
struct account_erased {
    static constexpr const char* kind = "account_erased";
    std::int64_t user_id = 0;
};
BOOST_DESCRIBE_STRUCT(account_erased, (), (user_id))

inline constexpr std::size_t profiles_asked_max = 1000;  // of ids or usernames, in one call
inline constexpr std::int64_t followed_max = 10'000;     // by one account
inline constexpr std::int64_t accounts_listed_max = 100;

class api {
public:
    static constexpr const char* module_name = "users";
    virtual ~api() = default;

    // Fails with invalid_argument (blank, malformed, too short a password) or conflict (username or
    // email `has already been taken`), and with rate_limited where too many passwords are being
    // hashed already.
    virtual task<account> register_account(command_context, register_request) = 0;

    // Whose e-mail and password these are. Fails with invalid_argument (blank), unauthenticated
    // (`credentials: invalid`, whichever of the two is wrong), forbidden (`account: suspended`) or
    // rate_limited.
    virtual task<account> login(query_context, login_request) = 0;

    // The caller's account gets what is given. A new password ends all other sessions than the one
    // that calls. Fails as register_account does, and with unauthenticated where the caller's
    // session is over by now.
    virtual task<updated_account> update_account(command_context, update_request) = 0;

    // The caller's session is over. Fails with unauthenticated where nobody calls.
    virtual task<authority_changed> end_session(command_context, nothing) = 0;

    // The caller's own account, for a new token of the same session. Fails with unauthenticated
    // (`token: is missing`, or `is invalid` where the session is over) or forbidden
    // (`account: suspended`).
    virtual task<account> get_own_account(query_context, nothing) = 0;

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

    // Fails with not_found (`profile`).
    virtual task<seen_profile> get_profile(query_context, username_request) = 0;

    // The caller follows, or no longer follows; already so is fine. Fails with unauthenticated,
    // not_found (`profile`), or invalid_argument: oneself, or more than followed_max.
    virtual task<seen_profile> follow(command_context, username_request) = 0;
    virtual task<seen_profile> unfollow(command_context, username_request) = 0;

    // The following are for admins, and for tools, where nobody calls; others are forbidden
    // (`role: forbidden`).

    // The limit is clamped to accounts_listed_max.
    virtual task<account_page> list_accounts(query_context, accounts_request) = 0;

    // Fails with not_found (`user`) or invalid_argument: nobody suspends himself, and the last
    // active admin stays one.
    virtual task<authority_answer> set_authority(command_context, authority_request) = 0;

    // Ends all sessions of the account. For tools alone. Fails with not_found (`user`) or
    // invalid_argument.
    virtual task<authority_changed> set_password(command_context, password_request) = 0;

    // For those who check tokens, when they start.
    virtual task<exceptions_page> list_exceptions(query_context, exceptions_request) = 0;
};
BOOST_DESCRIBE_STRUCT(api, (),
                      (register_account, login, update_account, end_session, get_own_account,
                       get_account, get_profiles, find_profiles, followed_among, followed,
                       get_profile, follow, unfollow, list_accounts, set_authority, set_password,
                       list_exceptions))

}  // namespace cleave::users
