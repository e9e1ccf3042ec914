#pragma once
// The users module as its callers' tests need it: a list of profiles, and a count of the calls.
#include <map>
#include <users/api.hpp>

namespace cleave::test {

class fake_users final : public users::api {
public:
    std::map<std::int64_t, users::profile> profiles;
    bool down = false;
    int calls = 0;

    users::profile& add(std::int64_t id, std::string username) {
        return profiles[id] = {id, std::move(username), std::nullopt, std::nullopt, 1};
    }

    task<users::profile_list> get_profiles(query_context, users::profiles_request r) override {
        ++calls;
        if (down) co_return not_executed();
        users::profile_list found;
        for (const auto id : r.ids)
            if (const auto it = profiles.find(id); it != profiles.end())
                found.profiles.push_back(it->second);
        co_return found;
    }

    task<users::account> register_account(command_context, users::register_request) override {
        co_return internal_error();
    }
    task<users::account> login(query_context, users::login_request) override {
        co_return internal_error();
    }
    task<users::account> get_account(query_context, users::account_request) override {
        co_return internal_error();
    }
};

}  // namespace cleave::test
