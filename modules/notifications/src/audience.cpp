#include "audience.hpp"

#include <boost/asio/post.hpp>

namespace cleave::notifications {

async<bool> bell::wait(std::chrono::milliseconds at_most) {
    if (rung_.exchange(false)) co_return true;
    // A ring from here on is posted to this thread, so it finds the timer waiting.
    timer_.expires_after(at_most);
    co_await timer_.async_wait(use_async_tuple);
    co_return rung_.exchange(false);
}

void bell::ring(const std::shared_ptr<bell>& one) {
    if (one->rung_.exchange(true)) return;
    asio::post(one->timer_.get_executor(), [one] { one->timer_.cancel(); });
}

std::unique_ptr<audience::place> audience::enter(std::int64_t user_id, executor thread) {
    auto woken = std::make_shared<bell>(thread);
    {
        const std::scoped_lock lock(mutex_);
        const auto own = listening_.find(user_id);
        const auto streams = own == listening_.end() ? 0 : own->second.size();
        if (streams_ >= settings_.streams_max || streams >= settings_.streams_of_user_max)
            return nullptr;
        listening_[user_id].push_back(woken);
        ++streams_;
    }
    return std::make_unique<place>(*this, user_id, std::move(woken));
}

void audience::leave(std::int64_t user_id, const std::shared_ptr<bell>& bell) {
    const std::scoped_lock lock(mutex_);
    const auto own = listening_.find(user_id);
    std::erase(own->second, bell);
    if (own->second.empty()) listening_.erase(own);
    --streams_;
}

void audience::tell(std::int64_t user_id) {
    const std::scoped_lock lock(mutex_);
    told_.insert(user_id);
}

void audience::committed() {
    const std::scoped_lock lock(mutex_);
    for (const auto user_id : told_)
        if (const auto own = listening_.find(user_id); own != listening_.end())
            for (const auto& woken : own->second) bell::ring(woken);
    told_.clear();
}

}  // namespace cleave::notifications
