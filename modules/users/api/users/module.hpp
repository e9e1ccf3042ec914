#pragma once
// How src/app makes the users module.
#include <contract/token.hpp>
#include <events/platform.hpp>
#include <filesystem>
#include <http/routing/route.hpp>
#include <memory>
#include <saga/journal.hpp>
#include <users/api.hpp>
#include <users/deletion.hpp>
#include <users/import.hpp>

namespace cleave::users {

extern const sqlite::migration_list migrations;

// argon2id (RFC 9106) with one lane. The defaults are OWASP's: about 18 ms on one core.
struct password_cost {
    std::uint64_t passes = 2;
    std::size_t memory_kib = 19'456;
};

// Failed logins: so many at once, then one more each time that so long has passed. An address that
// is this host's own is not counted.
struct login_limits {
    std::uint32_t failures_per_account = 10;
    std::chrono::milliseconds account_recovers_every = std::chrono::seconds(30);
    std::uint32_t failures_per_address = 100;
    std::chrono::milliseconds address_recovers_every = std::chrono::seconds(1);
    std::size_t remembered = 16'384;  // accounts, and as many addresses; 8 bytes each
    // The file that all instances on this host count in. Empty: each counts for itself.
    std::filesystem::path counted_in{};
};

struct settings {
    password_cost cost{};
    std::size_t hashing_threads = 1;
    std::size_t hashing_jobs_max = 64;  // queued and running; above: rate_limited
    login_limits logins{};
    // One a line; in place of the built-in list. Empty: that one.
    std::filesystem::path common_passwords_file{};
    std::chrono::seconds token_lifetime = std::chrono::hours(24 * 7);
};

class module : public api {
public:
    virtual http::route_list routes() = 0;
    // Passwords that are hashed or wait for it now.
    virtual std::size_t hashing_jobs() const = 0;
    virtual importing& imports() = 0;
    virtual deleting& deletions() = 0;
    // What it does in sagas, and those that it orchestrates.
    virtual saga::action_list saga_actions() = 0;
    virtual saga::journal& sagas() = 0;
};

// Throws std::runtime_error where the file of common passwords cannot be read.
std::unique_ptr<module> make_module(platform given, const token_signer& signer, settings s);

}  // namespace cleave::users
