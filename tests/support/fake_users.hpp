#pragma once
// The users module as its callers' tests need it: a list of profiles, who follows whom, and a count
// of the calls.
#include <algorithm>
#include <map>
#include <set>
#include <users/api.hpp>

namespace cleave::test {

class fake_users final : public users::api {
public:
    std::map<std::int64_t, users::profile> profiles;
    std::map<std::int64_t, std::set<std::int64_t>> follows;  // follower to followed
    bool down = false;
    int calls = 0;
    std::vector<std::vector<std::int64_t>> profiles_asked;  // the ids of each get_profiles
    steady_time asked_until = steady_time::max();           // the deadline of the last aside

    users::profile& add(std::int64_t id, std::string username) {
        return profiles[id] = {id, std::move(username), std::nullopt, std::nullopt, 1};
    }

    task<users::profile_list> get_profiles(query_context, users::profiles_request r) override {
        ++calls;
        profiles_asked.push_back(r.ids);
        if (down) co_return not_executed();
        users::profile_list found;
        for (const auto id : r.ids)
            if (const auto it = profiles.find(id); it != profiles.end())
                found.profiles.push_back(it->second);
        co_return found;
    }

    task<users::profile_list> find_profiles(query_context, users::usernames_request r) override {
        ++calls;
        if (down) co_return not_executed();
        users::profile_list found;
        for (const auto& [id, profile] : profiles)
            if (std::ranges::find(r.usernames, profile.username) != r.usernames.end())
                found.profiles.push_back(profile);
        co_return found;
    }
    task<users::id_list> followed_among(query_context c, users::ids_request r) override {
        ++calls;
        asked_until = c.deadline;
        if (down) co_return not_executed();
        users::id_list found;
        for (const auto id : r.ids)
            if (follows[c.caller.user_id].contains(id)) found.ids.push_back(id);
        co_return found;
    }
    task<users::id_list> followed(query_context c, nothing) override {
        ++calls;
        if (down) co_return not_executed();
        const auto& all = follows[c.caller.user_id];
        co_return users::id_list{{all.begin(), all.end()}};
    }

    task<users::account> register_account(command_context, users::register_request) override {
        co_return internal_error();
    }
    task<users::account> login(query_context, users::login_request) override {
        co_return internal_error();
    }
    task<users::updated_account> update_account(command_context, users::update_request) override {
        co_return internal_error();
    }
    task<authority_changed> end_session(command_context, nothing) override {
        co_return internal_error();
    }
    task<users::account> get_own_account(query_context, nothing) override {
        co_return internal_error();
    }
    task<users::account> get_account(query_context, users::account_request) override {
        co_return internal_error();
    }
    task<users::seen_profile> get_profile(query_context, users::username_request) override {
        co_return internal_error();
    }
    task<users::seen_profile> follow(command_context, users::username_request) override {
        co_return internal_error();
    }
    task<users::seen_profile> unfollow(command_context, users::username_request) override {
        co_return internal_error();
    }
    task<users::account_page> list_accounts(query_context, users::accounts_request) override {
        co_return internal_error();
    }
    task<users::authority_answer> set_authority(command_context,
                                                users::authority_request) override {
        co_return internal_error();
    }
    task<authority_changed> set_password(command_context, users::password_request) override {
        co_return internal_error();
    }
    task<users::exceptions_page> list_exceptions(query_context,
                                                 users::exceptions_request) override {
        co_return internal_error();
    }
};

}  // namespace cleave::test
