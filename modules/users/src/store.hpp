#pragma once
// Every SQL statement of the users module.
#include <events/platform.hpp>
#include <users/api.hpp>

namespace cleave::users {

struct new_account {
    std::string username;
    std::string email;
    std::string password_hash;
    timestamp created_at;
};

struct credentials {
    users::account account{};
    std::string password_hash;
};

class store {
public:
    explicit store(platform given) : given_(given) {}

    // In a transaction with its event. Fails with conflict.
    task<account> add(command_context context, new_account what);

    // What is taken already, as the conflict it would be; an answer of the moment.
    result<void> find_conflict(const query_context& context, const std::string& username,
                               const std::string& email);

    result<std::optional<credentials>> find_credentials(const query_context& context,
                                                        const std::string& email);
    result<std::optional<account>> find_account(const query_context& context, std::int64_t id);
    result<profile_list> find_profiles(const query_context& context,
                                       const std::vector<std::int64_t>& ids);
    // Each once, though it may be asked for in several spellings.
    result<profile_list> find_profiles(const query_context& context,
                                       const std::vector<std::string>& usernames);
    // Whom the caller follows: of these, or all.
    result<id_list> find_followed(const query_context& context,
                                  const std::vector<std::int64_t>& among);
    result<id_list> find_followed(const query_context& context);

private:
    platform given_;
};

}  // namespace cleave::users
