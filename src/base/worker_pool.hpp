#pragma once
// A few threads for work that would block an I/O thread (hashing a password), with a bounded queue.
#include <atomic>
#include <base/async.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>

namespace cleave {

class worker_pool {
public:
    worker_pool(std::size_t threads, std::size_t jobs_max) : pool_(threads), jobs_max_(jobs_max) {}
    // Waits for what is running.
    ~worker_pool() { pool_.join(); }

    // Runs `work` on one of the threads and resumes on the caller's. Nothing where jobs_max jobs
    // are queued or running already. What `work` throws is thrown here.
    template <class T>
    async<std::optional<T>> run(std::move_only_function<T()> work) {
        const place taken(jobs_, jobs_max_);
        if (!taken) co_return std::nullopt;
        const executor back = co_await asio::this_coro::executor;
        std::optional<T> out;
        std::exception_ptr thrown;
        // The coroutine is suspended until the handler runs, so its frame may be referred to.
        auto start = [&](auto handler) {
            asio::post(pool_, [&out, &thrown, &work, handler = std::move(handler),
                               guard = asio::make_work_guard(back)]() mutable {
                try {
                    out.emplace(work());
                } catch (...) {
                    thrown = std::current_exception();
                }
                asio::post(guard.get_executor(), std::move(handler));
            });
        };
        co_await asio::async_initiate<const asio::use_awaitable_t<executor>, void()>(start,
                                                                                     use_async);
        if (thrown) std::rethrow_exception(thrown);
        co_return out;
    }

    std::size_t jobs() const { return jobs_.load(std::memory_order_relaxed); }

private:
    class place {
    public:
        place(std::atomic<std::size_t>& count, std::size_t max) : count_(count) {
            held_ = count_.fetch_add(1) < max;
            if (!held_) count_.fetch_sub(1);
        }
        ~place() {
            if (held_) count_.fetch_sub(1);
        }
        place(const place&) = delete;
        explicit operator bool() const { return held_; }

    private:
        std::atomic<std::size_t>& count_;
        bool held_;
    };

    asio::thread_pool pool_;
    std::atomic<std::size_t> jobs_{0};
    const std::size_t jobs_max_;
};

}  // namespace cleave
