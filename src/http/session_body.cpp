#include <algorithm>
#include <http/session.hpp>

namespace cleave::http {

namespace {

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

// A body that is here already costs nothing to skip; for another the connection is closed.
void session::skip_body() {
    if (!head_.framing.has_body()) return;
    if (!head_.framing.chunked && head_.framing.content_length <= in_.data().size())
        in_.consume(head_.framing.content_length);
    else
        close_ = unread_ = true;
}

bool session::take_buffered_body() {
    if (!head_.framing.has_body()) return true;
    if (head_.framing.chunked) return false;
    if (head_.framing.content_length > body_bytes_max_) {
        refused_ = body_too_large;
        return true;
    }
    const std::string_view data = in_.data().substr(0, head_.framing.content_length);
    if (data.size() < head_.framing.content_length) return false;
    request_.body = data;
    in_.consume(data.size());
    return true;
}

async<void> session::receive_body() {
    expect_within(core_->limits.body_timeout);
    // RFC 9110, 10.1.1: not if the body has begun to come.
    if (head_.expects_continue && in_.empty()) {
        const std::string_view no_body;
        const bool sent = co_await send_rest(socket_, go_on, no_body, 0);
        if (!sent) {
            lost_ = true;
            co_return;
        }
    }
    if (head_.framing.chunked)
        co_await receive_chunked();
    else
        co_await receive_sized();
    expires_never();
}

async<void> session::receive_sized() {
    constexpr std::size_t least = 16 * 1024;
    const std::size_t length = head_.framing.content_length;
    std::string& body = request_.body;
    body = in_.data();
    in_.consume(body.size());
    std::size_t got = body.size();
    while (got < length) {
        // Memory follows what has come, not what was announced.
        if (got == body.size()) {
            const std::size_t more = std::min(length - got, std::max(least, got));
            if (!hold_body(more)) co_return;
            body.resize(got + more);
        }
        const asio::mutable_buffer room = asio::buffer(body.data() + got, body.size() - got);
        const auto [ec, n] = co_await socket_.async_read_some(room, use_async_tuple);
        if (ec) {
            body_lost();
            co_return;
        }
        got += n;
        thread_.received_bytes.add(n);
    }
}

async<void> session::receive_chunked() {
    chunked_decoder decoder(body_bytes_max_);
    for (;;) {
        std::size_t used = 0;
        const auto status = decoder.feed(in_.data(), request_.body, used);
        in_.consume(used);
        if (status == chunked_decoder::status::complete) co_return;
        if (status == chunked_decoder::status::malformed)
            refused_ = refusal{400, "body", "is not validly chunked"};
        if (status == chunked_decoder::status::too_large) refused_ = body_too_large;
        if (refused_) co_return;
        const std::size_t got = request_.body.size();
        if (got > held_bytes_ && !hold_body(got - held_bytes_)) co_return;
        const asio::mutable_buffer room = in_.room();
        const auto [ec, n] = co_await socket_.async_read_some(room, use_async_tuple);
        if (ec) {
            body_lost();
            co_return;
        }
        in_.commit(n);
        thread_.received_bytes.add(n);
    }
}

// False: there is no room for so much, beside all others.
bool session::hold_body(std::size_t bytes) {
    const std::size_t most = core_->now.bodies_bytes_max;
    const std::size_t all = core_->bodies_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    held_bytes_ += bytes;
    if (most == 0 || all <= most) return true;
    let_go_of_body();
    refused_ = no_room_for_body;
    return false;
}

void session::let_go_of_body() {
    if (held_bytes_ == 0) return;
    core_->bodies_bytes.fetch_sub(std::exchange(held_bytes_, 0), std::memory_order_relaxed);
}

void session::body_lost() {
    if (timed_out_ && socket_.is_open())
        refused_ = request_timed_out;
    else
        lost_ = true;
}

// RFC 9112, 9.6: closing a socket that has unread bytes resets the connection, and the reset can
// overtake the answer. So say that nothing follows, and read on for a while.
async<void> session::linger() {
    constexpr std::size_t bytes_max = 1 << 20;
    boost::system::error_code ignored;
    socket_.shutdown(stream_socket::shutdown_send, ignored);
    expect_within(std::chrono::seconds(2));
    for (std::size_t discarded = 0; discarded < bytes_max && !timed_out_;) {
        in_.consume(in_.data().size());
        const asio::mutable_buffer room = in_.room();
        const auto [ec, n] = co_await socket_.async_read_some(room, use_async_tuple);
        if (ec) co_return;
        discarded += n;
        thread_.received_bytes.add(n);
    }
}

}  // namespace cleave::http
