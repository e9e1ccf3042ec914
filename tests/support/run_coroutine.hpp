#pragma once
// Runs a coroutine to its end on the calling thread, which is I/O thread 0 meanwhile.
#include <base/async.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <deque>
#include <future>
#include <mutex>
#include <utility>

namespace cleave::test {

// One a thread, kept until the program ends: the writer that resumes a coroutine may still be on
// its way out of post() when the coroutine is over.
inline asio::io_context& lasting_context() {
    static std::mutex mutex;
    static std::deque<asio::io_context> all;
    const auto make = []() -> asio::io_context& {
        const std::scoped_lock lock(mutex);
        return all.emplace_back(1);
    };
    thread_local asio::io_context& mine = make();
    return mine;
}

template <class T>
T run_coroutine(async<T> what) {
    asio::io_context& context = lasting_context();
    context.restart();
    auto answer = asio::co_spawn(context, std::move(what), asio::use_future);
    context.run();
    return answer.get();
}

}  // namespace cleave::test
