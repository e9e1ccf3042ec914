#include "deletion.hpp"

#include "passwords.hpp"
#include "rules.hpp"

namespace cleave::users {

task<begun_deletion> deleter::begin(command_context context, deletion_request r) {
    if (!context.caller) co_return fail(errc::unauthenticated, "token", "is missing");
    if (r.password.empty())
        co_return fail(
            problem{errc::invalid_argument, "password", "can't be blank", "/user/password"});
    // Sent again: the session that the first one ended is no reason to refuse.
    auto before = store_.find_answer(context);
    if (!before) co_return fail(std::move(before.error()));
    if (*before) co_return std::move(**before);
    auto proof = store_.find_proof(context);
    if (!proof) co_return fail(std::move(proof.error()));
    // As a login: counted before it is known to have failed.
    const std::string address = r.client_address.value_or("");
    const auto too_many = [] { return fail(errc::rate_limited, "rate", "exceeded"); };
    if (logins_.take(proof->email, address)) co_return too_many();
    auto work = [hash = std::move(proof->password_hash), password = std::move(r.password)] {
        return password_fits(hash, password);
    };
    const auto fits = co_await hashing_.run<bool>(std::move(work));
    if (!fits || *fits) logins_.give_back(proof->email, address);
    if (!fits) co_return too_many();
    if (!*fits) co_return fail(errc::unauthenticated, "credentials", "invalid");
    co_return co_await store_.begin(context, deletion_plan(), saga::new_id(given_.random));
}

task<deletion> deleter::find(query_context, deletion_query r) {
    auto found = sagas_.find(std::move(r.id));
    if (!found) co_return fail(std::move(found.error()));
    if (!*found || (*found)->plan.kind != deletion_kind)
        co_return fail(errc::not_found, "deletion", "not found");
    co_return to_deletion(std::move(**found));
}

saga::action_list deleter::actions() {
    return {
        {"account.freeze", saga::at_once(&deletion_store::freeze)},
        {"account.unfreeze", saga::at_once(&deletion_store::unfreeze)},
        {"account.erase",
         [this](sqlite::connection& db, std::int64_t id) { return store_.erase(db, id); }},
    };
}

}  // namespace cleave::users
