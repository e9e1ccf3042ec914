#pragma once
// The one kind of coroutine in this program, bound to the io_context of an I/O thread.
//
// Naming the executor's type spares every suspended operation the type erasure of
// asio::any_io_executor. A coroutine stays on the thread it was spawned on.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cleave {

namespace asio = boost::asio;

using executor = asio::io_context::executor_type;

template <class T>
using async = asio::awaitable<T, executor>;

inline constexpr asio::use_awaitable_t<executor> use_async{};

// Completes with a tuple that starts with the error_code, instead of throwing it.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<executor>> use_async_tuple{};

}  // namespace cleave
