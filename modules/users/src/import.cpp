#include "import.hpp"

#include <base/text.hpp>

#include "passwords.hpp"
#include "rules.hpp"

namespace cleave::users {

task<imported_accounts> importer::add(command_context context, import_accounts_request r) {
    if (r.accounts.size() > accounts_imported_max)
        co_return fail(errc::invalid_argument, "accounts", "are too many (at most 1000)");
    std::vector<new_account> wanted;
    for (auto& a : r.accounts) {
        const register_request as_usual{a.username, a.email, r.password};
        if (auto fine = check_registration(as_usual); !fine)
            co_return fail(std::move(fine.error()));
        new_account one;
        one.username = trimmed(a.username);
        one.email = trimmed(a.email);
        one.bio = std::move(a.bio);
        one.created_at = a.created_at;
        wanted.push_back(std::move(one));
    }
    auto work = [password = std::move(r.password), cost = cost_] {
        return hash_password(password, cost);
    };
    auto hash = co_await hashing_.run<std::string>(std::move(work));
    if (!hash) co_return fail(errc::rate_limited, "rate", "exceeded");
    for (auto& one : wanted) one.password_hash = *hash;
    co_return co_await store_.import(context, std::move(wanted));
}

}  // namespace cleave::users
