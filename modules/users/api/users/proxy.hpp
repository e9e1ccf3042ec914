#pragma once
// users::api, called here, run here or elsewhere. One line a method.
#include <contract/proxy.hpp>
#include <users/api.hpp>

namespace cleave::users {

class proxy final : public proxy_of<api> {
public:
    using proxy_of::proxy_of;
    task<account> register_account(command_context c, register_request r) override {
        return call<&api::register_account>(c, std::move(r));
    }
    task<account> login(query_context c, login_request r) override {
        return call<&api::login>(c, std::move(r));
    }
    task<account> get_account(query_context c, account_request r) override {
        return call<&api::get_account>(c, r);
    }
    task<profile_list> get_profiles(query_context c, profiles_request r) override {
        return call<&api::get_profiles>(c, std::move(r));
    }
    task<profile_list> find_profiles(query_context c, usernames_request r) override {
        return call<&api::find_profiles>(c, std::move(r));
    }
    task<id_list> followed_among(query_context c, ids_request r) override {
        return call<&api::followed_among>(c, std::move(r));
    }
    task<id_list> followed(query_context c, nothing r) override {
        return call<&api::followed>(c, r);
    }
};

}  // namespace cleave::users
