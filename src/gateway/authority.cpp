#include <gateway/authority.hpp>
#include <mutex>

namespace cleave::gateway {

result<identity> authority::judge(const identity& token) const {
    if (epoch() == 0) return not_executed();
    const auto over = [] { return fail(errc::unauthenticated, "token", "is invalid"); };
    identity who = token;
    const std::shared_lock lock(mutex_);
    if (const auto ended = ended_.find(token.session_id);
        ended != ended_.end() && ended->second.user_id == token.user_id)
        return over();
    const auto found = accounts_.find(token.user_id);
    if (found == accounts_.end()) return who;
    const auto& now = found->second.now;
    if (is_over(now, token)) return over();
    // A token of a later version knows better.
    if (token.authority_version > now.version) return who;
    if (now.status == account_status::suspended)
        return fail(errc::forbidden, "account", "suspended");
    who.role = now.role;
    return who;
}

bool authority::add(const authority_changed& change) {
    bool news = false;
    if (change.ended_session)
        news = ended_.insert_or_assign(*change.ended_session, session{change.user_id, change.until})
                   .second;
    if (change.account) {
        auto& known = accounts_[change.user_id];
        if (known.now.version < change.account->version) {
            known = {*change.account, change.until};
            news = true;
        }
    }
    return news;
}

bool authority::apply(std::span<const authority_changed> changes, timestamp now) {
    const std::unique_lock lock(mutex_);
    bool news = false;
    for (const auto& change : changes)
        if (change.until > now && add(change)) news = true;
    if (accounts_.size() + ended_.size() >= forget_at_) forget_expired(now);
    if (news || epoch() == 0) epoch_.fetch_add(1, std::memory_order_release);
    return news;
}

void authority::replace(std::span<const authority_changed> changes, timestamp now) {
    const std::unique_lock lock(mutex_);
    accounts_.clear();
    ended_.clear();
    for (const auto& change : changes)
        if (change.until > now) add(change);
    epoch_.fetch_add(1, std::memory_order_release);
}

// No token is left that they could be about.
void authority::forget_expired(timestamp now) {
    std::erase_if(accounts_, [&](const auto& entry) { return entry.second.until <= now; });
    std::erase_if(ended_, [&](const auto& entry) { return entry.second.until <= now; });
    forget_at_ = std::max<std::size_t>(1024, 2 * (accounts_.size() + ended_.size()));
}

std::vector<authority_changed> authority::all() const {
    const std::shared_lock lock(mutex_);
    std::vector<authority_changed> out;
    out.reserve(accounts_.size() + ended_.size());
    for (const auto& [user, known] : accounts_)
        out.push_back({user, known.now, std::nullopt, known.until});
    for (const auto& [session, known] : ended_)
        out.push_back({known.user_id, std::nullopt, session, known.until});
    return out;
}

std::size_t authority::size() const {
    const std::shared_lock lock(mutex_);
    return accounts_.size() + ended_.size();
}

}  // namespace cleave::gateway
