#include <base/text.hpp>
#include <base/worker_pool.hpp>
#include <users/module.hpp>

#include "passwords.hpp"
#include "routes.hpp"
#include "rules.hpp"
#include "store.hpp"

namespace cleave::users {

namespace {

std::unexpected<problem> too_many_asked(std::string_view field) {
    return fail(errc::invalid_argument, field, "are too many (at most 1000)");
}

std::unexpected<problem> too_many_logins() {
    return fail(errc::rate_limited, "rate", "exceeded");
}

class users_module final : public module {
public:
    users_module(platform given, const token_signer& signer, settings s)
        : given_(given),
          settings_(s),
          store_(given),
          hashing_(s.hashing_threads, s.hashing_jobs_max),
          routes_(*this, given, signer, s.token_lifetime),
          nobodys_hash_(hash_password("the password of nobody", s.cost)) {}

    task<account> register_account(command_context context, register_request r) override {
        if (auto fine = check_registration(r); !fine) co_return fail(std::move(fine.error()));
        new_account wanted;
        wanted.username = trimmed(r.username);
        wanted.email = trimmed(r.email);
        wanted.created_at = given_.clock.now();
        // Asked before the expensive hash. A command that is sent again must reach its first
        // answer, but nobody else's: keys of those who have no account yet are no secrets.
        if (auto free = store_.find_conflict(context, wanted.username, wanted.email); !free) {
            if (!context.key) co_return fail(std::move(free.error()));
            login_request same{wanted.email, r.password};
            const auto owner = co_await login(context, std::move(same));
            if (!owner && owner.error().code != errc::unauthenticated)
                co_return fail(owner.error());
            if (!owner) co_return fail(std::move(free.error()));
        }
        auto work = [password = std::move(r.password), cost = settings_.cost] {
            return hash_password(password, cost);
        };
        auto hash = co_await hashing_.run<std::string>(std::move(work));
        if (!hash) co_return too_many_logins();
        wanted.password_hash = std::move(*hash);
        co_return co_await store_.add(context, std::move(wanted));
    }

    task<account> login(query_context context, login_request r) override {
        if (auto fine = check_login(r); !fine) co_return fail(std::move(fine.error()));
        auto found = store_.find_credentials(context, trimmed(r.email));
        if (!found) co_return fail(std::move(found.error()));
        // Unknown users cost the same work, so that the time tells nobody who has an account.
        auto work = [hash = *found ? (*found)->password_hash : nobodys_hash_,
                     password = std::move(r.password)] { return password_fits(hash, password); };
        const auto fits = co_await hashing_.run<bool>(std::move(work));
        if (!fits) co_return too_many_logins();
        if (!*found || !*fits) co_return fail(errc::unauthenticated, "credentials", "invalid");
        co_return std::move((*found)->account);
    }

    task<account> get_account(query_context context, account_request r) override {
        auto found = store_.find_account(context, r.id);
        if (!found) co_return fail(std::move(found.error()));
        if (!*found) co_return fail(errc::not_found, "user", "not found");
        co_return std::move(**found);
    }

    task<profile_list> get_profiles(query_context context, profiles_request r) override {
        if (r.ids.size() > profiles_asked_max) co_return too_many_asked("ids");
        co_return store_.find_profiles(context, r.ids);
    }

    task<profile_list> find_profiles(query_context context, usernames_request r) override {
        if (r.usernames.size() > profiles_asked_max) co_return too_many_asked("usernames");
        co_return store_.find_profiles(context, r.usernames);
    }

    task<id_list> followed_among(query_context context, ids_request r) override {
        if (r.ids.size() > profiles_asked_max) co_return too_many_asked("ids");
        if (!context.caller) co_return id_list{};
        co_return store_.find_followed(context, r.ids);
    }

    task<id_list> followed(query_context context, nothing) override {
        if (!context.caller) co_return id_list{};
        co_return store_.find_followed(context);
    }

    http::route_list routes() override { return routes_.list(); }

private:
    platform given_;
    settings settings_;
    store store_;
    worker_pool hashing_;
    users::routes routes_;
    std::string nobodys_hash_;
};

}  // namespace

std::unique_ptr<module> make_module(platform given, const token_signer& signer, settings s) {
    return std::make_unique<users_module>(given, signer, s);
}

}  // namespace cleave::users
