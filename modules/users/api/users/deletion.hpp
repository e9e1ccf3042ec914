#pragma once
// The end of an account, by its own holder. Not for other modules: what they must do is asked of
// them by the saga that begins here, and told by the event account_erased (api.hpp).
#include <contract/authority.hpp>
#include <contract/proxy.hpp>
#include <vector>

namespace cleave::users {

struct deletion_request {
    std::string password{};
    // Where from, as in login_request.
    std::optional<std::string> client_address{};
};
BOOST_DESCRIBE_STRUCT(deletion_request, (), (password, client_address))

enum class deletion_state {
    running,
    completed,  // nothing of the account is left
    undone,     // a module could not do its part: the account is as it was
    stuck,      // an operator must see to it
};
BOOST_DESCRIBE_ENUM(deletion_state, running, completed, undone, stuck)

struct deletion_step {
    std::string module{};
    std::string action{};
    std::string state{};  // pending, running, done, undoing, undone, stuck
};
BOOST_DESCRIBE_STRUCT(deletion_step, (), (module, action, state))

struct deletion {
    std::string id{};  // 128 random bits in hex: known to who began it, and to nobody else
    deletion_state state = deletion_state::running;
    timestamp created_at{};
    timestamp updated_at{};
    std::vector<deletion_step> steps{};
};
BOOST_DESCRIBE_STRUCT(deletion, (), (id, state, created_at, updated_at, steps))

struct begun_deletion {
    users::deletion deletion{};
    authority_changed authority{};  // all sessions are over
};
BOOST_DESCRIBE_STRUCT(begun_deletion, (), (deletion, authority))

struct deletion_query {
    std::string id{};
};
BOOST_DESCRIBE_STRUCT(deletion_query, (), (id))

class deleting {
public:
    static constexpr const char* module_name = "users.deletion";
    virtual ~deleting() = default;

    // The caller's account is frozen when this answers, and will be gone. Fails with
    // unauthenticated (`credentials: invalid`, or as api::get_own_account does), rate_limited,
    // forbidden, or invalid_argument (a blank password; the last active admin).
    virtual task<begun_deletion> begin(command_context, deletion_request) = 0;

    // Fails with not_found (`deletion`); also 30 days after it was over.
    virtual task<deletion> find(query_context, deletion_query) = 0;
};
BOOST_DESCRIBE_STRUCT(deleting, (), (begin, find))

class deletion_proxy final : public proxy_of<deleting> {
public:
    using proxy_of::proxy_of;
    task<begun_deletion> begin(command_context c, deletion_request r) override {
        return call<&deleting::begin>(c, std::move(r));
    }
    task<deletion> find(query_context c, deletion_query r) override {
        return call<&deleting::find>(c, std::move(r));
    }
};

}  // namespace cleave::users
