#include "fixture.hpp"

#include <fmt/format.h>

#include <base/encoding.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>

namespace cleave::http::test {

service::admission test_service::admit(request& r) {
    if (r.path == "/refuse") return {.refused = error_response(401, "token", "is missing")};
    if (r.path == "/throw-early") throw std::runtime_error("early");
    if (r.path == "/small") return {.body_bytes_max = 16};
    return {.body_bytes_max = 1 << 20, .target = 7};
}

async<response> test_service::handle(request& r, std::size_t target) {
    ++handled;
    response out;
    out.content_type = "text/plain";
    if (r.path == "/throw") throw std::runtime_error("as told");
    if (r.path == "/empty") out.status = 204;
    if (r.path == "/echo" || r.path == "/small") out.body = r.body;
    if (r.path.starts_with("/size/"))
        out.body.assign(std::stoul(std::string(r.path.substr(6))), 'x');
    if (r.path == "/headers")
        out.body = fmt::format(
            "target {} {} {} {}\nauthorization {}\nenvelope {}\nkey {}\naddress {}\nagent {}\n"
            "referrer {}\ntrace {} {}\nin time {}\n",
            target, r.target, r.path, r.query, r.authorization, r.envelope, to_hex(r.key.value),
            r.client.address, r.client.user_agent, r.client.referrer_host,
            to_hex(r.context.trace.trace_id), to_hex(r.context.trace.span_id),
            r.context.deadline > std::chrono::steady_clock::now() &&
                r.context.deadline < steady_time::max());
    if (r.path == "/gate") {
        {
            const std::lock_guard lock(mutex_);
            ++arrived_;
            changed_.notify_all();
        }
        const auto executor = co_await asio::this_coro::executor;
        asio::basic_waitable_timer<std::chrono::steady_clock,
                                   asio::wait_traits<std::chrono::steady_clock>, cleave::executor>
            poll(executor);
        while (!gate_open_) {
            poll.expires_after(std::chrono::milliseconds(1));
            co_await poll.async_wait(use_async);
        }
        out.body = "through";
    }
    co_return out;
}

void test_service::wait_for_arrival() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(patience_ms), [&] { return arrived_ > 0; });
    --arrived_;
}

void test_service::open_gate() {
    gate_open_ = true;
}

fixture::fixture(server_limits limits, std::size_t thread_count, std::string_view address)
    : fixture(limits, thread_count, listener(address)) {
}

fixture::fixture(server_limits limits, std::size_t thread_count, listener from)
    : threads(thread_count),
      at(from.endpoint()),
      server(std::make_unique<http::server>(threads, from.take(), service, limits)) {
    threads.start();
    server->start();
}

fixture::~fixture() {
    service.open_gate();
    server.reset();
}

std::string fixture::ask(std::string_view text) {
    peer p = connect();
    p.send(text);
    p.end();
    return p.read_all();
}

bool eventually(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace cleave::http::test
