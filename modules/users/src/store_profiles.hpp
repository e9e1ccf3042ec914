#pragma once
// The part of the store that everyone sees: profiles, and who follows whom.
#include <events/platform.hpp>
#include <users/api.hpp>

namespace cleave::users {

class profile_store {
public:
    explicit profile_store(platform given) : given_(given) {}

    result<profile_list> find_profiles(const query_context& context,
                                       const std::vector<std::int64_t>& ids);
    // Each once, though it may be asked for in several spellings.
    result<profile_list> find_profiles(const query_context& context,
                                       const std::vector<std::string>& usernames);
    // As the caller sees it. Nothing where there is none.
    result<std::optional<seen_profile>> find_seen(const query_context& context,
                                                  const std::string& username);

    // Whom the caller follows: of these, or all.
    result<id_list> find_followed(const query_context& context,
                                  const std::vector<std::int64_t>& among);
    result<id_list> find_followed(const query_context& context);

    // With its event, where it is new.
    task<seen_profile> follow(command_context context, std::string username);
    task<seen_profile> unfollow(command_context context, std::string username);

private:
    platform given_;
};

}  // namespace cleave::users
