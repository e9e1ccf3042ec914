#include <http/response_head.hpp>
#include <http/route_table.hpp>
#include <http/session.hpp>
#include <http/session_stream.hpp>
#include <http/text.hpp>
#include <telemetry/log.hpp>
#include <telemetry/recorder.hpp>

namespace cleave::http {

namespace {

constexpr std::size_t kept_bytes_max = 64 * 1024;  // of a body's memory, for the next request

}  // namespace

session::session(std::shared_ptr<server_core> core, server_thread& thread, stream_socket socket,
                 address_limit::key key, const client_address& peer)
    : watched(thread.context),
      core_(std::move(core)),
      thread_(thread),
      next_(thread.sessions),
      link_(&thread.sessions),
      socket_(std::move(socket)),
      in_(core_->limits.header_bytes_max),
      peer_(peer),
      connection_key_(key),
      by_proxy_(core_->limits.proxies.contains(peer)),
      address_(to_string(peer)),
      address_key_(key) {
    if (next_) next_->link_ = &next_;
    *link_ = this;
}

session::~session() {
    let_go_of_body();
    *link_ = next_;
    if (next_) next_->link_ = link_;
    boost::system::error_code ignored;
    socket_.close(ignored);
    core_->connection_ended(thread_, connection_key_);
}

async<void> session::run(std::unique_ptr<session> self) {
    session& s = *self;
    while (!s.close_ && !s.lost_) {
        while (s.wants_more_head()) {
            const asio::mutable_buffer room = s.in_.room();
            const auto [ec, n] = co_await s.socket_.async_read_some(room, use_async_tuple);
            s.received(ec, n);
        }
        if (s.lost_) break;
        response answer;
        if (s.refused_)
            s.request_ = request();  // That which was answered last has nothing to do with it.
        else
            s.read_head();
        if (!s.refused_ && s.admit(answer)) {
            if (!s.take_buffered_body()) co_await s.receive_body();
            if (s.lost_) break;
            if (!s.refused_) {
                try {
                    answer = co_await s.core_->target.handle(s.request_, s.target_);
                    if (answer.stream && !s.streaming_)
                        answer = s.failed("a stream, and the route is not .streaming");
                } catch (const std::exception& e) {
                    answer = s.failed(e.what());
                } catch (...) {
                    answer = s.failed("an exception of unknown type");
                }
            }
        }
        if (s.refused_) {
            answer = error_response(s.refused_->status, s.refused_->key, s.refused_->message);
            answer.headers += s.refused_->headers;
            s.close_ = s.unread_ = true;
        }
        const std::string_view body = s.compose(answer);
        const std::size_t sent = s.send_at_once(body);
        if (!s.lost_ && sent < s.out_.size() + body.size()) {
            s.expect_within(s.core_->limits.write_timeout);
            s.lost_ = !co_await send_rest(s.socket_, s.out_, body, sent);
            s.expires_never();
        }
        if (!s.lost_ && answer.stream && s.request_.method != verb::head)
            co_await s.run_stream(answer);
    }
    if (!s.lost_ && (s.unread_ || !s.in_.empty())) co_await s.linger();
    const auto core = s.core_;
    self.reset();
    core->part_ended();
}

void session::expect_within(std::chrono::milliseconds limit) {
    timed_out_ = false;
    expires_after(limit);
}

void session::on_deadline() {
    timed_out_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void session::drain() {
    if (stream_) stream_->drain();
    boost::system::error_code ignored;
    if (waiting_) socket_.cancel(ignored);
}

void session::cut() {
    lost_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
    if (stream_) stream_->close();
}

// False when the header is there, or will never be. Sets the deadline for what it waits for.
bool session::wants_more_head() {
    if (lost_ || refused_) return false;
    // RFC 9112, 2.2: an empty line or so before a request is ignored.
    while (blank_lines_ < 4 && in_.data().starts_with("\r\n")) {
        in_.consume(2);
        searched_ = 0;
        ++blank_lines_;
    }
    const std::size_t seen = searched_;
    head_bytes_ = find_head_end(in_.data(), searched_);
    if (head_bytes_ > 0) return false;
    if (is_hopeless(in_.data(), seen)) {
        refused_ = not_http;
    } else if (in_.full()) {
        refused_ =
            in_.data().find("\r\n") == std::string_view::npos ? target_too_long : header_too_large;
    }
    if (refused_) return false;
    // A new connection has to send its first header in the time for one, so that opening
    // connections and saying nothing gains little.
    const phase now = in_.empty() && answered_ ? phase::idle : phase::header;
    if (phase_ != now) {
        phase_ = now;
        expect_within(now == phase::idle ? core_->limits.idle_timeout
                                         : core_->limits.header_timeout);
    }
    waiting_ = in_.empty();
    if (!waiting_ || !thread_.draining) return true;
    receive_last();
    return wants_more_head();
}

void session::received(const boost::system::error_code& ec, std::size_t n) {
    const bool idle = waiting_;
    waiting_ = false;
    if (!ec) {
        in_.commit(n);
        thread_.received_bytes.add(n);
    } else if (!socket_.is_open() || ec != asio::error::operation_aborted) {
        lost_ = true;
    } else if (timed_out_) {
        if (idle)
            lost_ = true;
        else
            refused_ = request_timed_out;
    } else if (idle) {
        receive_last();
    }
}

// The server drains and this connection has nothing to do. What has come in the meantime is still
// answered; else it ends.
void session::receive_last() {
    waiting_ = false;
    const transferred got = receive_now(socket_.native_handle(), in_.room());
    if (got.error != 0) {
        lost_ = true;
        return;
    }
    in_.commit(got.bytes);
    thread_.received_bytes.add(got.bytes);
}

void session::read_head() {
    expires_never();
    phase_ = phase::none;
    blank_lines_ = 0;
    head_ = {};
    refused_ = parse_head(in_.data().substr(0, head_bytes_), core_->limits, request_, head_);
    in_.consume(head_bytes_);
    searched_ = 0;
    if (refused_) {
        thread_.refused_requests.add(1);
        return;
    }
    thread_.requests.add(1);
    close_ = !head_.keep_alive;
    if (by_proxy_) note_client();
    request_.client.address = address_;
    request_.received = std::chrono::steady_clock::now();
    under_way_ = true;
    routed_ = false;
    request_.context.deadline = request_.received + core_->limits.request_timeout;
    const trace_context from = request_.context.trace;
    request_.context.trace = begin_request(from);
    request_.recorded = {.parent = from.span_id};
    if (core_->limits.is_edge) telemetry::begin_recording(request_.context.trace, from);
    if (request_.body.capacity() > kept_bytes_max) request_.body = std::string();
    request_.body.clear();
}

void session::note_client() {
    const auto client = core_->limits.proxies.client_of(peer_, head_.forwarded_for);
    address_ = to_string(client);
    address_key_ = core_->addresses.key_of(client);
}

// False: `answer` holds the answer.
bool session::admit(response& answer) {
    core_->measure_delay(thread_, request_.received);
    if (address_key_.prefix != 0 && !core_->requests.take(address_key_.prefix, request_.received)) {
        answer = error_response(429, "rate", "exceeded");
        skip_body();
        return false;
    }
    try {
        service::admission a = core_->target.admit(request_);
        body_bytes_max_ = a.body_bytes_max;
        target_ = a.target;
        streaming_ = a.streaming;
        if (streaming_) request_.context.deadline = steady_time::max();
        if (!a.refused) shed(a);
        routed_ = !a.refused;
        if (routed_) return true;
        answer = std::move(*a.refused);
    } catch (const std::exception& e) {
        answer = failed(e.what());
    } catch (...) {
        answer = failed("an exception of unknown type");
    }
    skip_body();
    return false;
}

// Where there are too many, some are turned away.
void session::shed(service::admission& a) {
    if (a.when_overloaded == shedding::never || !thread_.load.sheds()) return;
    thread_.shed_requests.add(1);
    if (a.when_overloaded == shedding::at_once)
        a.refused = overloaded();
    else
        target_ = shed_target;
}

// The client learns nothing; the operator learns it here, once.
response session::failed(std::string_view what) {
    log::error(request_.context.trace, {"http", telemetry::label_of(request_.recorded.name).module},
               "{} {} failed: {}", verb_name(request_.method), request_.path, what);
    return problem_response(problem{});
}

// Writes the answer to out_. Returns the body where it is to be sent after that.
std::string_view session::compose(response& answer) {
    let_go_of_body();
    headers_.clear();
    core_->target.finish(request_, answer, headers_);
    if (answer.stream && !may_have_body(answer.status)) answer.stream = nullptr;
    // The body of a stream ends with the connection where there are no chunks yet.
    const bool until_closed = answer.stream && !answer.stream_bytes && head_.version < 11;
    if (thread_.draining || thread_.winding_down || until_closed) close_ = true;
    thread_.responses_by_class[std::min(answer.status / 100, 5u)].add(1);
    const bool expected = answer.status == 503 || answer.status == 504 || answer.status == 507;
    if (answer.status >= 500 && !expected) thread_.failures.add(1);
    const bool of_a_request = under_way_;
    note_answer(answer.status, answer.is_routine);
    out_.clear();
    const response_framing how{.version = head_.version,
                               .keep_alive = !close_,
                               .without_body = request_.method == verb::head,
                               .headers = headers_,
                               .request = of_a_request ? &request_.context.trace : nullptr};
    answered_ = true;
    return append_response(out_, answer, how) ? std::string_view(answer.body) : std::string_view();
}

// As good as always the socket takes all there is, and nobody has to wait for it.
std::size_t session::send_at_once(std::string_view body) {
    if (lost_) return 0;
    const transferred sent = send_now(socket_.native_handle(), out_, body, 0);
    if (sent.error != 0 && !sent.would_block()) lost_ = true;
    thread_.sent_bytes.add(lost_ ? 0 : out_.size() + body.size());
    return sent.bytes;
}

}  // namespace cleave::http
