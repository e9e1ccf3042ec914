#include <fmt/format.h>

#include <http/session_stream.hpp>
#include <telemetry/log.hpp>

namespace cleave::http {

async<void> session::run_stream(response& answer) {
    const auto stream = std::make_shared<session_stream>(*this, answer);
    stream_ = stream.get();
    stream->watch();
    if (thread_.draining) stream->drain();
    bool told_all = false;
    try {
        co_await answer.stream(*stream);
        told_all = true;
    } catch (const std::exception& e) {
        failed(e.what());
    } catch (...) {
        failed("an exception of unknown type");
    }
    co_await stream->finish(told_all);
    stream_ = nullptr;
}

session_stream::session_stream(session& s, const response& answer)
    : session_(s),
      chunked_(!answer.stream_bytes && s.head_.version >= 11),
      left_(answer.stream_bytes) {
}

void session_stream::when_closed(std::function<void()> call) {
    if (closed_) return call();
    when_closed_ = std::move(call);
}

void session_stream::close() {
    closed_ = true;
    if (const auto call = std::exchange(when_closed_, nullptr)) call();
}

void session_stream::drain() {
    session_.close_ = true;
    if (!left_) close();
}

// A client that leaves ends its side of the connection; one that has ended its side and still
// listens cannot be told from it, and is not waited for. Requests that it sends meanwhile are kept
// until the buffer is full. What has a known length is soon over, and is not watched.
void session_stream::watch() {
    if (left_ || session_.in_.full()) return;
    // The session, and this with it, may be gone by the time the handler runs.
    session_.socket_.async_wait(stream_socket::wait_read,
                                [self = weak_from_this()](const boost::system::error_code& ec) {
                                    if (const auto here = self.lock()) here->readable(ec);
                                });
}

void session_stream::readable(const boost::system::error_code& ec) {
    if (ec || closed_) return;
    const transferred got = receive_now(session_.socket_.native_handle(), session_.in_.room());
    if (got.error != 0 && !got.would_block()) {
        session_.lost_ = true;
        return close();
    }
    session_.in_.commit(got.bytes);
    session_.thread_.received_bytes.add(got.bytes);
    watch();
}

async<bool> session_stream::write(std::string piece) {
    if (closed_ || aborted_) co_return false;
    if (piece.empty()) co_return true;
    std::string head;
    if (chunked_) {
        head = fmt::format("{:x}\r\n", piece.size());
        piece += "\r\n";
    } else if (left_) {
        if (piece.size() > *left_) {
            log::error("http", "a stream is longer than it said");
            aborted_ = true;
            co_return false;
        }
        *left_ -= piece.size();
    }
    co_return co_await send(head, piece);
}

async<bool> session_stream::send(std::string_view head, std::string_view body) {
    session& s = session_;
    const std::size_t size = head.size() + body.size();
    const transferred sent = send_now(s.socket_.native_handle(), head, body, 0);
    bool taken = sent.bytes == size;
    if (!taken && (sent.error == 0 || sent.would_block())) {
        s.expect_within(s.core_->limits.write_timeout);
        taken = co_await send_rest(s.socket_, head, body, sent.bytes);
        s.expires_never();
    }
    if (taken) {
        s.thread_.sent_bytes.add(size);
    } else {
        s.lost_ = true;
        close();
    }
    co_return taken && !closed_;
}

async<void> session_stream::finish(bool told_all) {
    when_closed_ = nullptr;
    const bool whole = told_all && !aborted_ && left_.value_or(0) == 0;
    // Closing at once is how a client learns that this is not all.
    if (!whole) session_.lost_ = true;
    if (!session_.lost_ && chunked_) {
        const std::string_view last = "0\r\n\r\n", nothing;
        co_await send(last, nothing);
    }
    boost::system::error_code ignored;
    if (session_.socket_.is_open()) session_.socket_.cancel(ignored);
}

}  // namespace cleave::http
