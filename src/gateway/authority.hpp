#pragma once
// What is not as some token says: roles, suspensions, and sessions that are over
// (contract/authority.hpp). One for all threads of a process; who has looked a token up once looks
// again only when something has changed (epoch()).
#include <atomic>
#include <contract/authority.hpp>
#include <contract/token.hpp>
#include <functional>
#include <shared_mutex>
#include <span>
#include <unordered_map>

namespace cleave::gateway {

class authority {
public:
    // Of all that is known. 0: nothing is known yet, not even that nothing has changed.
    using number = std::uint64_t;
    number epoch() const { return epoch_.load(std::memory_order_acquire); }

    // Who the token's holder is now. Fails with unauthenticated (`token: is invalid`: the session
    // is over), forbidden (`account: suspended`), or not_executed while nothing is known.
    result<identity> judge(const identity& token) const;

    // From any thread. What was applied holds for every judge() that begins after it. True: it was
    // news.
    bool apply(std::span<const authority_changed> changes, timestamp now);
    bool apply(const authority_changed& change, timestamp now) { return apply({&change, 1}, now); }
    // All that there is, in place of what was known.
    void replace(std::span<const authority_changed> changes, timestamp now);

    std::vector<authority_changed> all() const;
    std::size_t size() const;

private:
    struct account {
        account_authority now{};
        timestamp until{};
    };
    struct session {
        std::int64_t user_id = 0;
        timestamp until{};
    };
    bool add(const authority_changed& change);  // under mutex_
    void forget_expired(timestamp now);         // the same

    std::atomic<number> epoch_ = 0;
    mutable std::shared_mutex mutex_;
    std::unordered_map<std::int64_t, account> accounts_;
    std::unordered_map<std::uint64_t, session> ended_;
    std::size_t forget_at_ = 1024;  // as many as that: look for expired ones
};

}  // namespace cleave::gateway
