#pragma once
// The public HTTP routes of the users module.
#include <contract/token.hpp>
#include <events/platform.hpp>
#include <http/routing/route.hpp>
#include <users/module.hpp>

#include "login_throttle.hpp"

namespace cleave::users {

class routes {
public:
    // All but `given` must outlive it.
    routes(api& users, deleting& deletions, platform given, const token_signer& signer,
           std::chrono::seconds lifetime, login_throttle& logins)
        : users_(users),
          deletions_(deletions),
          given_(given),
          signer_(signer),
          lifetime_(lifetime),
          logins_(logins) {}

    http::route_list list();

private:
    // Whoever calls: routes.cpp
    void list_accounts(http::route_list& out);
    async<http::response> sign_up(http::request& r);
    async<http::response> login(http::request& r);
    async<http::response> current_user(http::request& r);
    async<http::response> change_user(http::request& r);
    async<http::response> logout(http::request& r);
    http::response answer(unsigned status, account a, std::uint64_t session_id);

    // Others: routes_people.cpp
    void list_people(http::route_list& out);
    async<http::response> profile(http::request& r);
    async<http::response> follow(http::request& r);
    async<http::response> unfollow(http::request& r);
    async<http::response> all_users(http::request& r);
    async<http::response> set_authority(http::request& r);

    // The end of an account: routes_deletion.cpp
    void list_deletions(http::route_list& out);
    async<http::response> delete_user(http::request& r);
    async<http::response> deletion_of(http::request& r);

    api& users_;
    deleting& deletions_;
    platform given_;
    const token_signer& signer_;
    std::chrono::seconds lifetime_;
    login_throttle& logins_;
};

}  // namespace cleave::users
