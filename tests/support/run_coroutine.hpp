#pragma once
// Runs a coroutine to its end on the calling thread, which is I/O thread 0 meanwhile.
#include <base/async.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <utility>

namespace cleave::test {

template <class T>
T run_coroutine(async<T> what) {
    asio::io_context context(1);
    auto answer = asio::co_spawn(context, std::move(what), asio::use_future);
    context.run();
    return answer.get();
}

}  // namespace cleave::test
