#pragma once
// Time that passes on an I/O thread.
#include <base/async.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace cleave {

using steady_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, executor>;

inline async<void> resume_after(std::chrono::steady_clock::duration time) {
    steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(use_async_tuple);
}

}  // namespace cleave
