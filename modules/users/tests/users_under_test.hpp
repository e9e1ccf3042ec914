#pragma once
// The users module on a database of its own, and what every test does with it.
#include <catch2/catch.hpp>
#include <support/callers.hpp>
#include <support/public_request.hpp>
#include <support/scratch_platform.hpp>
#include <users/module.hpp>

namespace cleave::users {

inline settings cheap() {
    settings s;
    s.cost = {.passes = 1, .memory_kib = 8};
    return s;
}

struct users_under_test {
    test::scratch_platform p{migrations};
    token_signer signer{token_seed{1, 2, 3}};
    std::unique_ptr<module> users;

    explicit users_under_test(const settings& s = cheap())
        : users(make_module(p.given(), signer, s)) {}

    result<account> sign_up(const std::string& name, command_context context = {},
                            const std::string& password = "jakejake") {
        register_request wanted{name, name + "@jake.jake", password};
        return test::run_coroutine(users->register_account(context, std::move(wanted)));
    }
    result<account> login(const std::string& email, const std::string& password) {
        return test::run_coroutine(users->login({}, login_request{email, password}));
    }
};

// As the edge would find it out from the account's token.
inline identity caller_of(const account& a, std::uint64_t session = 1) {
    return {a.id, session, a.role, a.authority_version};
}

inline command_context as(const identity& who) {
    command_context context;
    context.caller = who;
    return context;
}

}  // namespace cleave::users
