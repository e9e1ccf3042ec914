#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <http/chunked.hpp>
#include <http/client_connection.hpp>

namespace cleave::http {

client_connection::client_connection(client_pool& pool, std::size_t generation,
                                     asio::io_context& context)
    : watched(context),
      pool_(pool),
      generation_(generation),
      socket_(context.get_executor()),
      in_(pool.limits().header_bytes_max) {
}

void client_connection::work_until(steady_time deadline) {
    idle_ = timed_out_ = false;
    expires_at(deadline);
}

void client_connection::rest_for(std::chrono::milliseconds limit) {
    idle_ = true;
    expires_after(limit);
}

void client_connection::on_deadline() {
    if (idle_) return pool_.drop(*this);  // this is gone
    timed_out_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void client_connection::on_shutdown() {
    if (idle_) pool_.drop(*this);
}

async<bool> client_connection::connect(const stream_endpoint& peer) {
    const auto [ec] = co_await socket_.async_connect(peer, use_async_tuple);
    if (ec) co_return false;
    const int on = 1;
    if (peer.protocol().family() != AF_UNIX)
        ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    co_return true;
}

async<client_connection::outcome> client_connection::exchange(verb method, std::string_view head,
                                                              std::string_view body, body_mode mode,
                                                              client_response& answer) {
    outcome so_far;
    reusable_ = false;
    const transferred sent = send_now(socket_.native_handle(), head, body, 0);
    so_far.wrote = sent.bytes > 0;
    if (sent.error != 0 && !sent.would_block()) co_return so_far;
    bool all_sent = sent.bytes == head.size() + body.size();
    if (!all_sent) {
        // Whatever happens from here on, some of it may have gone.
        so_far.wrote = true;
        all_sent = co_await send_rest(socket_, head, body, sent.bytes);
        if (timed_out_) co_return so_far;
    }
    // A peer may answer before it has read all, and close: 413 is such an answer.
    so_far.answered = co_await receive_response(method, mode, answer, so_far);
    reusable_ = reusable_ && so_far.answered && all_sent && (so_far.in_pieces || in_.empty());
    co_return so_far;
}

async<bool> client_connection::receive_response(verb method, body_mode mode,
                                                client_response& answer, outcome& so_far) {
    response_facts facts;
    for (int interim = 0; interim < 8; ++interim) {
        std::size_t searched = 0, head_bytes = 0;
        while ((head_bytes = find_head_end(in_.data(), searched)) == 0) {
            if (in_.full()) co_return false;
            const asio::mutable_buffer room = in_.room();
            const auto [ec, n] = co_await socket_.async_read_some(room, use_async_tuple);
            if (ec) co_return false;
            so_far.heard = true;
            in_.commit(n);
        }
        if (!parse_response_head(in_.data().substr(0, head_bytes), method, answer, facts))
            co_return false;
        in_.consume(head_bytes);
        // RFC 9110, 15.2: any number of 1xx may come before the answer; 101 was not asked for.
        if (answer.status >= 200) break;
        if (answer.status == 101) co_return false;
    }
    if (answer.status < 200) co_return false;
    reusable_ = facts.keep_alive;
    if (mode == body_mode::in_pieces && (facts.chunked || facts.until_eof)) {
        so_far.in_pieces = true;
        if (facts.chunked) pieces_.emplace(SIZE_MAX);
        co_return true;
    }
    if (facts.chunked) co_return co_await receive_chunked(answer.body);
    if (facts.until_eof) co_return co_await receive_until_eof(answer.body);
    if (facts.content_length > pool_.limits().body_bytes_max) co_return false;
    const std::string_view here = in_.data().substr(0, facts.content_length);
    answer.body = here;
    in_.consume(here.size());
    if (answer.body.size() == facts.content_length) co_return true;
    co_return co_await receive_sized(answer.body, facts.content_length);
}

async<bool> client_connection::receive_sized(std::string& body, std::uint64_t length) {
    constexpr std::size_t least = 64 * 1024;
    std::size_t got = body.size();
    while (got < length) {
        // Memory follows what has come, not what was announced.
        if (got == body.size()) body.resize(got + std::min(length - got, std::max(least, got)));
        const asio::mutable_buffer room = asio::buffer(body.data() + got, body.size() - got);
        const auto [ec, n] = co_await socket_.async_read_some(room, use_async_tuple);
        if (ec) co_return false;
        got += n;
    }
    co_return true;
}

async<bool> client_connection::receive_more() {
    const asio::mutable_buffer room = in_.room();
    const auto [ec, n] = co_await socket_.async_read_some(room, use_async_tuple);
    if (!ec) in_.commit(n);
    co_return !ec;
}

async<bool> client_connection::receive_chunked(std::string& body) {
    chunked_decoder decoder(pool_.limits().body_bytes_max);
    for (;;) {
        std::size_t used = 0;
        const auto status = decoder.feed(in_.data(), body, used);
        in_.consume(used);
        if (status == chunked_decoder::status::complete) co_return true;
        if (status != chunked_decoder::status::need_more) co_return false;
        const bool more = co_await receive_more();
        if (!more) co_return false;
    }
}

async<bool> client_connection::receive_until_eof(std::string& body) {
    reusable_ = false;
    for (;;) {
        if (body.size() + in_.data().size() > pool_.limits().body_bytes_max) co_return false;
        body += in_.data();
        in_.consume(in_.data().size());
        const asio::mutable_buffer room = in_.room();
        const auto [ec, n] = co_await socket_.async_read_some(room, use_async_tuple);
        if (ec == asio::error::eof) co_return true;
        if (ec) co_return false;
        in_.commit(n);
    }
}

async<bool> client_connection::read_piece(std::string& piece) {
    for (;;) {
        if (pieces_) {
            std::size_t used = 0;
            const auto status = pieces_->feed(in_.data(), piece, used);
            in_.consume(used);
            const bool ended = status == chunked_decoder::status::complete;
            if (!ended && status != chunked_decoder::status::need_more) co_return false;
            // Its end is found once more, by the next call.
            if (!piece.empty()) co_return true;
            if (ended) {
                reusable_ = reusable_ && in_.empty();
                co_return true;
            }
        } else if (!in_.empty()) {
            reusable_ = false;
            piece = in_.data();
            in_.consume(piece.size());
            co_return true;
        }
        const asio::mutable_buffer room = in_.room();
        const auto [ec, n] = co_await socket_.async_read_some(room, use_async_tuple);
        if (ec == asio::error::eof && !pieces_) {
            reusable_ = false;
            co_return true;
        }
        if (ec) co_return false;
        in_.commit(n);
    }
}

void client_connection::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

std::unique_ptr<client_connection> client_pool::take(std::size_t generation) {
    while (!idle_.empty()) {
        auto last = std::move(idle_.back());
        idle_.pop_back();
        if (last->generation() == generation && last->quiet()) return last;
    }
    return nullptr;
}

std::unique_ptr<client_connection> client_pool::fresh(std::size_t generation) {
    return std::make_unique<client_connection>(*this, generation, context_);
}

void client_pool::put_back(std::unique_ptr<client_connection> connection) {
    if (idle_.size() >= limits_.idle_connections_max) return;
    connection->rest_for(limits_.idle_timeout);
    idle_.push_back(std::move(connection));
}

void client_pool::drop(client_connection& idle) {
    std::erase_if(idle_, [&](const auto& held) { return held.get() == &idle; });
}

}  // namespace cleave::http
