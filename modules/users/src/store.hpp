#pragma once
// Every SQL statement of the users module, in this and the other store*.cpp: here, accounts.
#include <events/platform.hpp>
#include <users/api.hpp>
#include <users/import.hpp>

#include "store_authority.hpp"

namespace cleave::users {

struct new_account {
    std::string username;
    std::string email;
    std::string password_hash;
    timestamp created_at;
    std::optional<std::string> bio{};
};

// What is absent stays.
struct account_change {
    std::optional<std::string> username{};
    std::optional<std::string> email{};
    std::optional<std::string> password_hash{};
    std::optional<std::string> bio{};  // empty: none
    std::optional<std::string> image{};
};

struct credentials {
    users::account account{};
    std::string password_hash;
    account_status status = account_status::active;
};

class store {
public:
    store(platform given, const authority_store& authority)
        : given_(given), authority_(authority) {}

    // In a transaction with its event. Fails with conflict.
    task<account> add(command_context context, new_account what);

    // Those whose e-mail is not there yet; in one transaction with their events.
    task<imported_accounts> import(command_context context, std::vector<new_account> wanted);

    // The caller's. In a transaction with its events. Fails as api::update_account does.
    task<updated_account> change(command_context context, account_change what);

    // What is taken already by others than the caller, as the conflict it would be; an answer of
    // the moment.
    result<void> find_conflict(const query_context& context,
                               const std::optional<std::string>& username,
                               const std::optional<std::string>& email);

    result<std::optional<credentials>> find_credentials(const query_context& context,
                                                        const std::string& email);
    result<std::optional<account>> find_account(const query_context& context, std::int64_t id);
    // Fails as api::get_own_account does.
    result<account> find_own(const query_context& context);

private:
    // Inside a write job, with its event. Username and e-mail are free.
    account insert(sqlite::connection& db, const new_account& what);
    result<updated_account> apply(sqlite::connection& db, const command_context& context,
                                  const account_change& what) const;

    platform given_;
    const authority_store& authority_;
};

}  // namespace cleave::users
