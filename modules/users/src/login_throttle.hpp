#pragma once
// Guessing passwords takes time: so many failed attempts at once, and then one now and then; for an
// account from wherever, and for an address at whatever account. Kept where logins are decided, so
// it is the same through every edge. Of an account that does not exist nothing else is to be seen
// than of one that does.
//
// The generic cell rate algorithm (as in ITU-T I.371): of each key the moment at which all of its
// attempts are there again, in a table of a fixed size. Where it is full, whoever is nearest to
// that is forgotten.
#include <base/clock.hpp>
#include <base/random.hpp>
#include <mutex>
#include <users/module.hpp>
#include <vector>

namespace cleave::users {

class login_throttle {
public:
    // The clock must outlive it.
    login_throttle(const login_limits& limits, const wall_clock& clock, random_source& random);

    // One attempt is counted, for both. Nothing: go on. Else it was not counted, and may be made
    // after so long.
    std::optional<std::chrono::seconds> take(std::string_view account, std::string_view address);
    // It was no failure after all.
    void give_back(std::string_view account, std::string_view address);

    // How long until the next attempt, if it could not be made now.
    std::optional<std::chrono::seconds> wait(std::string_view account, std::string_view address);

private:
    // A limit's keys.
    class table {
    public:
        table(std::size_t remembered, std::uint32_t attempts, std::chrono::milliseconds every);
        std::int64_t wait_ms(std::uint64_t key, std::int64_t now);  // 0: none
        void take(std::uint64_t key, std::int64_t now);
        void give_back(std::uint64_t key);

    private:
        struct entry {
            std::uint64_t key = 0;
            std::int64_t whole_at = 0;  // unix_ms
        };
        entry* find(std::uint64_t key);

        std::vector<entry> entries_;
        std::int64_t every_ms_;
        std::int64_t burst_ms_;
    };
    struct keys {
        std::uint64_t account, address;
    };
    keys keys_of(std::string_view account, std::string_view address) const;
    std::uint64_t hash(std::string_view text) const;
    std::int64_t wait_ms(const keys& who, std::int64_t now);

    const wall_clock& clock_;
    std::array<std::uint8_t, 16> secret_{};  // so that nobody can aim at another's entry
    std::mutex mutex_;
    table accounts_, addresses_;
};

// What an address counts as: all of an IPv6 network (/64) is one. Empty, and not counted, for this
// host's own, since a proxy on it speaks for everybody.
std::string network_of(std::string_view address);

}  // namespace cleave::users
