#pragma once
// Accounts that come from elsewhere. For tools (`cleave seed`), not for other modules.
#include <contract/proxy.hpp>
#include <vector>

namespace cleave::users {

struct imported_account {
    std::string username{};
    std::string email{};
    std::optional<std::string> bio{};
    timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(imported_account, (), (username, email, bio, created_at))

inline constexpr std::size_t accounts_imported_max = 1'000;  // in one call

// All with one password, which is hashed once.
struct import_accounts_request {
    std::vector<imported_account> accounts{};
    std::string password{};
};
BOOST_DESCRIBE_STRUCT(import_accounts_request, (), (accounts, password))

// In the order of the request. An account whose e-mail is there already is that one, unchanged; 0
// stands for one whose username somebody else has.
struct imported_accounts {
    std::vector<std::int64_t> ids{};
    std::int64_t added = 0;  // that were not there before
};
BOOST_DESCRIBE_STRUCT(imported_accounts, (), (ids, added))

class importing {
public:
    static constexpr const char* module_name = "users.import";
    virtual ~importing() = default;

    // All or none. Fails with invalid_argument (as registration does, or too many) and
    // rate_limited.
    virtual task<imported_accounts> add(command_context, import_accounts_request) = 0;
};
BOOST_DESCRIBE_STRUCT(importing, (), (add))

class import_proxy final : public proxy_of<importing> {
public:
    using proxy_of::proxy_of;
    task<imported_accounts> add(command_context c, import_accounts_request r) override {
        return call<&importing::add>(c, std::move(r));
    }
};

}  // namespace cleave::users
