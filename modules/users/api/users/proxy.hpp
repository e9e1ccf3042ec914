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
    task<updated_account> update_account(command_context c, update_request r) override {
        return call<&api::update_account>(c, std::move(r));
    }
    task<authority_changed> end_session(command_context c, nothing r) override {
        return call<&api::end_session>(c, r);
    }
    task<account> get_own_account(query_context c, nothing r) override {
        return call<&api::get_own_account>(c, r);
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
    task<seen_profile> get_profile(query_context c, username_request r) override {
        return call<&api::get_profile>(c, std::move(r));
    }
    task<seen_profile> follow(command_context c, username_request r) override {
        return call<&api::follow>(c, std::move(r));
    }
    task<seen_profile> unfollow(command_context c, username_request r) override {
        return call<&api::unfollow>(c, std::move(r));
    }
    task<account_page> list_accounts(query_context c, accounts_request r) override {
        return call<&api::list_accounts>(c, std::move(r));
    }
    task<authority_answer> set_authority(command_context c, authority_request r) override {
        return call<&api::set_authority>(c, std::move(r));
    }
    task<authority_changed> set_password(command_context c, password_request r) override {
        return call<&api::set_password>(c, std::move(r));
    }
    task<exceptions_page> list_exceptions(query_context c, exceptions_request r) override {
        return call<&api::list_exceptions>(c, r);
    }
};

}  // namespace cleave::users
