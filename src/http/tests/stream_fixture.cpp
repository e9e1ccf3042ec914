#include "stream_fixture.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace cleave::http::test {

async<response> stream_service::handle(request& r, std::size_t) {
    had_deadline = r.context.deadline != steady_time::max();
    last_event_id = r.last_event_id;
    response out;
    out.content_type = "text/plain";
    if (r.path == "/plain") {
        out.body = "plain";
        co_return out;
    }
    if (r.path == "/204") out.status = 204;
    if (r.path.starts_with("/sized/")) out.stream_bytes = std::stoul(std::string(r.path.substr(7)));
    if (r.path == "/short") out.stream_bytes = 10;
    if (r.path == "/long") out.stream_bytes = 5;
    out.stream = [this, path = std::string(r.path)](body_stream& to) { return tell(path, to); };
    co_return out;
}

async<void> stream_service::tell(std::string path, body_stream& to) {
    struct counted {
        std::atomic<int>& ended;
        ~counted() { ++ended; }
    } const end{ended};
    ++begun;
    if (path == "/wait") co_return co_await wait(to);
    if (path == "/flood") co_return co_await flood(to);
    if (path.starts_with("/sized/")) co_return co_await sized(std::stoul(path.substr(7)), to);
    if (path == "/short") co_return co_await sized(5, to);
    if (path == "/long") co_return co_await sized(10, to);
    if (path == "/throw" || path == "/abort") {
        co_await to.write("first\n");
        if (path == "/throw") throw std::runtime_error("as told");
        co_return to.abort();
    }
    co_await count(std::stoul(path.substr(1)), to);
}

async<void> stream_service::count(std::size_t n, body_stream& to) {
    for (std::size_t i = 1; i <= n; ++i) {
        std::string piece = fmt::format("piece {}\n", i);
        const bool taken = co_await to.write(std::move(piece));
        if (!taken) co_return;
    }
    co_await to.write("");
}

async<void> stream_service::wait(body_stream& to) {
    steady_timer poll(co_await asio::this_coro::executor);
    to.when_closed([this] { ++told_of_closing; });
    co_await to.write("first\n");
    while (!gate && !to.closed()) {
        poll.expires_after(std::chrono::milliseconds(1));
        co_await poll.async_wait(use_async_tuple);
    }
    if (to.closed()) ++closed;
    co_await to.write("last\n");
}

async<void> stream_service::sized(std::size_t n, body_stream& to) {
    while (n > 0) {
        std::string piece(std::min<std::size_t>(n, 1000), 's');
        n -= piece.size();
        const bool taken = co_await to.write(std::move(piece));
        if (!taken) co_return;
    }
}

async<void> stream_service::flood(body_stream& to) {
    for (;;) {
        std::string piece(64 * 1024, 'f');
        const bool taken = co_await to.write(std::move(piece));
        if (!taken) break;
        flooded += 64 * 1024;
    }
    if (to.closed()) ++closed;
}

}  // namespace cleave::http::test
