#include <boost/asio/post.hpp>
#include <events/signal.hpp>

namespace cleave::events {

std::uint64_t signal::now() const {
    const std::scoped_lock lock(mutex_);
    return raised_;
}

void signal::raise() {
    std::vector<std::weak_ptr<steady_timer>> woken;
    {
        const std::scoped_lock lock(mutex_);
        ++raised_;
        woken.swap(waiting_);
    }
    // A timer belongs to its thread; cancelling is done there.
    for (const auto& waiting : woken)
        if (auto t = waiting.lock()) {
            const executor thread = t->get_executor();
            asio::post(thread, [t = std::move(t)] { t->cancel(); });
        }
}

async<void> signal::wait(std::uint64_t seen, std::chrono::steady_clock::time_point deadline) {
    auto t = std::make_shared<steady_timer>(co_await asio::this_coro::executor, deadline);
    {
        const std::scoped_lock lock(mutex_);
        if (raised_ != seen) co_return;
        waiting_.push_back(t);
    }
    // The cancellation is posted to this thread, so it cannot come before the wait has begun.
    co_await t->async_wait(use_async_tuple);
    const std::scoped_lock lock(mutex_);
    std::erase_if(waiting_, [&t](const auto& other) {
        const auto waiting = other.lock();
        return !waiting || waiting == t;
    });
}

}  // namespace cleave::events
