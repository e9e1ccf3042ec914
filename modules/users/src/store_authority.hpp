#pragma once
// The part of the store that knows what accounts may do: roles, suspensions and ended sessions.
#include <events/platform.hpp>
#include <users/api.hpp>

namespace cleave::users {

// Of one account, among tokens that have not expired. At one more all of its sessions end.
inline constexpr std::int64_t ended_sessions_max = 64;

class authority_store {
public:
    // `tokens_live`: after that long no token that was signed before a change is good any more.
    authority_store(platform given, std::chrono::seconds tokens_live)
        : given_(given), tokens_live_(tokens_live) {}

    // Inside a transaction: the caller's account, if the session is not over and the account not
    // suspended. Fails as api::get_own_account does.
    static result<account> own_account(sqlite::connection& db, const identity& caller);

    // Inside a write job: no other active account is an admin.
    static bool is_last_admin(sqlite::connection& db, std::int64_t id);

    // Inside a write job: the account's authority is not what it was. With `kept`, all sessions
    // end but this one (0: all).
    authority_changed raise(sqlite::connection& db, std::int64_t user_id,
                            std::optional<std::uint64_t> kept) const;

    task<authority_changed> end_session(command_context context);
    task<authority_answer> set_authority(command_context context, authority_request what);
    task<authority_changed> set_password(command_context context, std::string username,
                                         std::string password_hash);
    task<account_page> list_accounts(query_context context, accounts_request what);
    result<exceptions_page> list_exceptions(const query_context& context, std::int64_t after);

private:
    authority_changed note(sqlite::connection& db, std::int64_t user_id,
                           std::uint64_t session_id) const;
    result<authority_answer> apply(sqlite::connection& db, const command_context& context,
                                   const authority_request& what) const;

    platform given_;
    std::chrono::seconds tokens_live_;
};

}  // namespace cleave::users
