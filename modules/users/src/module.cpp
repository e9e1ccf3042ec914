#include <base/text.hpp>
#include <base/worker_pool.hpp>
#include <users/module.hpp>

#include "common_passwords.hpp"
#include "deletion.hpp"
#include "import.hpp"
#include "login_throttle.hpp"
#include "passwords.hpp"
#include "routes.hpp"
#include "rules.hpp"
#include "store.hpp"
#include "store_profiles.hpp"

namespace cleave::users {

namespace {

// Clocks may differ, and a token may be signed while its session ends.
constexpr std::chrono::minutes exceptions_kept_longer(5);

std::unexpected<problem> too_many_asked(std::string_view field) {
    return fail(errc::invalid_argument, field, "are too many (at most 1000)");
}

std::unexpected<problem> too_many_logins() {
    return fail(errc::rate_limited, "rate", "exceeded");
}

std::unexpected<problem> too_common() {
    return fail(problem{errc::invalid_argument, "password", "is too common", "/user/password"});
}

std::unexpected<problem> nobody_calls() {
    return fail(errc::unauthenticated, "token", "is missing");
}

// For admins, and for tools, where nobody calls.
result<void> check_manages(const call_context& context) {
    if (context.caller && context.caller.role < role::admin)
        return fail(errc::forbidden, "role", "forbidden");
    return {};
}

class users_module final : public module {
public:
    users_module(platform given, const token_signer& signer, settings s)
        : given_(given),
          settings_(s),
          authority_(given, s.token_lifetime + exceptions_kept_longer),
          accounts_(given, authority_),
          profiles_(given),
          common_(s.common_passwords_file.empty() ? common_passwords()
                                                  : common_passwords(s.common_passwords_file)),
          logins_(s.logins, given.clock, given.random),
          hashing_(s.hashing_threads, s.hashing_jobs_max),
          importer_(accounts_, hashing_, s.cost),
          deleter_(given, authority_, logins_, hashing_),
          routes_(*this, deleter_, given, signer, s.token_lifetime, logins_),
          nobodys_hash_(hash_password("the password of nobody", s.cost)) {}

    task<account> register_account(command_context context, register_request r) override {
        if (auto fine = check_registration(r); !fine) co_return fail(std::move(fine.error()));
        if (common_.contains(r.password)) co_return too_common();
        new_account wanted;
        wanted.username = trimmed(r.username);
        wanted.email = trimmed(r.email);
        wanted.created_at = given_.clock.now();
        // Asked before the expensive hash. A command that is sent again must reach its first
        // answer, but nobody else's: keys of those who have no account yet are no secrets.
        if (auto free = accounts_.find_conflict(context, wanted.username, wanted.email); !free) {
            if (!context.key) co_return fail(std::move(free.error()));
            login_request same{wanted.email, r.password, std::nullopt};
            const auto owner = co_await login(context, std::move(same));
            if (!owner && owner.error().code != errc::unauthenticated)
                co_return fail(owner.error());
            if (!owner) co_return fail(std::move(free.error()));
        }
        auto hash = co_await hashed(std::move(r.password));
        if (!hash) co_return fail(std::move(hash.error()));
        wanted.password_hash = std::move(*hash);
        co_return co_await accounts_.add(context, std::move(wanted));
    }

    task<account> login(query_context context, login_request r) override {
        if (auto fine = check_login(r); !fine) co_return fail(std::move(fine.error()));
        auto found = accounts_.find_credentials(context, trimmed(r.email));
        if (!found) co_return fail(std::move(found.error()));
        // Counted before it is known to have failed, so that many at once are no way around it.
        const std::string address = r.client_address.value_or("");
        if (logins_.take(r.email, address)) co_return too_many_logins();
        // Unknown users cost the same work, so that the time tells nobody who has an account.
        auto work = [hash = *found ? (*found)->password_hash : nobodys_hash_,
                     password = std::move(r.password)] { return password_fits(hash, password); };
        const auto fits = co_await hashing_.run<bool>(std::move(work));
        if (!fits || (*found && *fits)) logins_.give_back(r.email, address);
        if (!fits) co_return too_many_logins();
        if (!*found || !*fits) co_return fail(errc::unauthenticated, "credentials", "invalid");
        if ((*found)->status == account_status::suspended)
            co_return fail(errc::forbidden, "account", "suspended");
        co_return std::move((*found)->account);
    }

    task<updated_account> update_account(command_context context, update_request r) override {
        if (!context.caller) co_return nobody_calls();
        if (auto fine = check_update(r); !fine) co_return fail(std::move(fine.error()));
        if (r.password && common_.contains(*r.password)) co_return too_common();
        account_change wanted;
        if (r.username) wanted.username = trimmed(*r.username);
        if (r.email) wanted.email = trimmed(*r.email);
        wanted.bio = std::move(r.bio);
        wanted.image = std::move(r.image);
        // Before the expensive hash, as above; a change that is sent again conflicts with nobody.
        if (auto free = accounts_.find_conflict(context, wanted.username, wanted.email); !free)
            co_return fail(std::move(free.error()));
        if (r.password) {
            auto hash = co_await hashed(std::move(*r.password));
            if (!hash) co_return fail(std::move(hash.error()));
            wanted.password_hash = std::move(*hash);
        }
        co_return co_await accounts_.change(context, std::move(wanted));
    }

    task<authority_changed> end_session(command_context context, nothing) override {
        if (!context.caller) co_return nobody_calls();
        co_return co_await authority_.end_session(context);
    }

    task<account> get_own_account(query_context context, nothing) override {
        co_return accounts_.find_own(context);
    }

    task<account> get_account(query_context context, account_request r) override {
        auto found = accounts_.find_account(context, r.id);
        if (!found) co_return fail(std::move(found.error()));
        if (!*found) co_return fail(errc::not_found, "user", "not found");
        co_return std::move(**found);
    }

    task<profile_list> get_profiles(query_context context, profiles_request r) override {
        if (r.ids.size() > profiles_asked_max) co_return too_many_asked("ids");
        co_return profiles_.find_profiles(context, r.ids);
    }

    task<profile_list> find_profiles(query_context context, usernames_request r) override {
        if (r.usernames.size() > profiles_asked_max) co_return too_many_asked("usernames");
        co_return profiles_.find_profiles(context, r.usernames);
    }

    task<id_list> followed_among(query_context context, ids_request r) override {
        if (r.ids.size() > profiles_asked_max) co_return too_many_asked("ids");
        if (!context.caller) co_return id_list{};
        co_return profiles_.find_followed(context, r.ids);
    }

    task<id_list> followed(query_context context, nothing) override {
        if (!context.caller) co_return id_list{};
        co_return profiles_.find_followed(context);
    }

    task<seen_profile> get_profile(query_context context, username_request r) override {
        auto found = profiles_.find_seen(context, r.username);
        if (!found) co_return fail(std::move(found.error()));
        if (!*found) co_return fail(errc::not_found, "profile", "not found");
        co_return std::move(**found);
    }

    task<seen_profile> follow(command_context context, username_request r) override {
        if (!context.caller) co_return nobody_calls();
        co_return co_await profiles_.follow(context, std::move(r.username));
    }

    task<seen_profile> unfollow(command_context context, username_request r) override {
        if (!context.caller) co_return nobody_calls();
        co_return co_await profiles_.unfollow(context, std::move(r.username));
    }

    task<account_page> list_accounts(query_context context, accounts_request r) override {
        if (auto may = check_manages(context); !may) co_return fail(std::move(may.error()));
        r.limit = std::clamp<std::int64_t>(r.limit, 0, accounts_listed_max);
        r.offset = std::max<std::int64_t>(r.offset, 0);
        // Nothing is as long, and SQLite would refuse the pattern at some length.
        if (r.q && r.q->size() > email_bytes_max) co_return account_page{};
        co_return co_await authority_.list_accounts(context, std::move(r));
    }

    task<authority_answer> set_authority(command_context context, authority_request r) override {
        if (auto may = check_manages(context); !may) co_return fail(std::move(may.error()));
        co_return co_await authority_.set_authority(context, std::move(r));
    }

    task<authority_changed> set_password(command_context context, password_request r) override {
        if (context.caller) co_return fail(errc::forbidden, "role", "forbidden");
        if (auto fine = check_password(r.password); !fine) co_return fail(std::move(fine.error()));
        if (common_.contains(r.password)) co_return too_common();
        auto hash = co_await hashed(std::move(r.password));
        if (!hash) co_return fail(std::move(hash.error()));
        co_return co_await authority_.set_password(context, std::move(r.username),
                                                   std::move(*hash));
    }

    task<exceptions_page> list_exceptions(query_context context, exceptions_request r) override {
        if (auto may = check_manages(context); !may) co_return fail(std::move(may.error()));
        co_return authority_.list_exceptions(context, r.after);
    }

    std::size_t hashing_jobs() const override { return hashing_.jobs(); }
    http::route_list routes() override { return routes_.list(); }
    importing& imports() override { return importer_; }
    deleting& deletions() override { return deleter_; }
    saga::action_list saga_actions() override { return deleter_.actions(); }
    saga::journal& sagas() override { return deleter_.sagas(); }

private:
    task<std::string> hashed(std::string password) {
        auto work = [password = std::move(password), cost = settings_.cost] {
            return hash_password(password, cost);
        };
        auto hash = co_await hashing_.run<std::string>(std::move(work));
        if (!hash) co_return too_many_logins();
        co_return std::move(*hash);
    }

    platform given_;
    settings settings_;
    authority_store authority_;
    store accounts_;
    profile_store profiles_;
    common_passwords common_;
    login_throttle logins_;
    worker_pool hashing_;
    importer importer_;
    deleter deleter_;
    users::routes routes_;
    std::string nobodys_hash_;
};

}  // namespace

std::unique_ptr<module> make_module(platform given, const token_signer& signer, settings s) {
    return std::make_unique<users_module>(given, signer, s);
}

}  // namespace cleave::users
