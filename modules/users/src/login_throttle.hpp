#pragma once
// Guessing passwords takes time: so many failed attempts at once, and then one now and then; for an
// account from wherever, and for an address at whatever account. Kept where logins are decided, so
// it is the same through every edge, and in a file that all instances of users on this host share,
// so it is the same whichever of them is asked, and after any of them was killed (ADR 36). Of an
// account that does not exist nothing else is to be seen than of one that does.
#include <base/clock.hpp>
#include <base/random.hpp>
#include <base/shared_words.hpp>
#include <users/module.hpp>

#include "login_counts.hpp"

namespace cleave::users {

class login_throttle {
public:
    // The clock must outlive it. Where the file cannot be had, which is logged, it counts for
    // itself.
    login_throttle(const login_limits& limits, const wall_clock& clock, random_source& random);

    // One attempt is counted, for both. Nothing: go on. Else it was not counted, and may be made
    // after so long.
    std::optional<std::chrono::seconds> take(std::string_view account, std::string_view address);
    // It was no failure after all.
    void give_back(std::string_view account, std::string_view address);

    // How long until the next attempt, if it could not be made now.
    std::optional<std::chrono::seconds> wait(std::string_view account, std::string_view address);

private:
    struct keys {
        std::uint64_t account, address;
    };
    keys keys_of(std::string_view account, std::string_view address) const;
    std::uint64_t hash(std::string_view text) const;
    std::int64_t wait_ms(const keys& who, std::int64_t now) const;

    const wall_clock& clock_;
    const std::size_t words_each_;  // of accounts, and of addresses
    std::unique_ptr<shared_words> words_;
    std::array<std::uint8_t, 16> secret_{};  // so that nobody can aim at another's place
    login_counts accounts_, addresses_;
};

// What an address counts as: all of an IPv6 network (/64) is one. Empty, and not counted, for this
// host's own, since a proxy on it speaks for everybody.
std::string network_of(std::string_view address);

}  // namespace cleave::users
