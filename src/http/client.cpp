#include <algorithm>
#include <atomic>
#include <base/text.hpp>
#include <boost/asio/post.hpp>
#include <http/client_connection.hpp>
#include <http/text.hpp>
#include <mutex>

namespace cleave::http {

namespace {

// Where the requests go, as all threads see it. A new generation is a new peer.
struct peer_state {
    stream_endpoint endpoint;
    std::string host;
};

peer_state peer_at(stream_endpoint endpoint) {
    std::string host = to_string(endpoint);
    if (host.starts_with("unix:")) host = "localhost";
    return {std::move(endpoint), std::move(host)};
}

void append_head(std::string& out, const client_request& r, std::string_view host) {
    out.reserve(r.target.size() + host.size() + r.headers.size() + 64);
    out += verb_name(r.method);
    out += ' ';
    out += r.target;
    out += " HTTP/1.1\r\nHost: ";
    out += host;
    out += "\r\n";
    out += r.headers;
    // RFC 9110, 8.6: a POST without a body says so; a GET without one says nothing.
    const bool usual = r.method == verb::post || r.method == verb::put || r.method == verb::patch;
    if (usual || !r.body.empty()) {
        out += "Content-Length: ";
        append_number(out, r.body.size());
        out += "\r\n";
    }
    out += "\r\n";
}

bool is_genuine(const client_request& asked, const client_response& answer) {
    if (!asked.key) return true;
    const sealed_answer what{answer.status, answer.content_type, answer.headers, answer.authority,
                             answer.body};
    return answer.seal == seal_answer(*asked.key, asked.envelope, what);
}

// A place among the requests in flight.
class place {
public:
    explicit place(client_pool& pool) : pool_(pool) { ++pool_.in_flight; }
    ~place() { --pool_.in_flight; }
    place(const place&) = delete;
    place& operator=(const place&) = delete;

private:
    client_pool& pool_;
};

}  // namespace

struct client::impl : std::enable_shared_from_this<impl> {
    impl(io_threads& io, stream_endpoint to, client_limits l)
        : limits(l), threads(io), peer(peer_at(std::move(to))) {
        for (std::size_t i = 0; i < io.size(); ++i)
            pools.push_back(std::make_unique<own>(io.context(i), limits));
    }

    // A thread's share: its connections, and its copy of where they go.
    struct alignas(64) own {
        own(asio::io_context& context, const client_limits& l) : pool(context, l) {}
        client_pool pool;
        std::size_t generation = 0;
        peer_state peer;
    };

    own& here() {
        own& mine = *pools[this_io_thread()];
        if (const std::size_t now = generation.load(std::memory_order_acquire);
            mine.generation != now) {
            const std::lock_guard lock(mutex);
            mine.peer = peer;
            mine.generation = generation.load(std::memory_order_relaxed);
        }
        return mine;
    }

    // A connection that has answered is kept, unless its peer is no longer the one.
    bool is_current(const client_connection& c) const {
        return c.generation() == generation.load() && !down.load();
    }

    static result<client_response> failure(bool maybe_done) {
        return maybe_done ? outcome_unknown() : not_executed();
    }

    void drop_idle() {
        for (std::size_t i = 0; i < pools.size(); ++i)
            asio::post(threads.context(i),
                       [self = shared_from_this(), i] { self->pools[i]->pool.clear(); });
    }

    // `pieces` takes the connection of an answer that comes in pieces; null: it is read whole.
    static async<result<client_response>> send(std::shared_ptr<impl> self,
                                               const client_request& request, steady_time deadline,
                                               std::unique_ptr<client_connection>* pieces);
    void keep(std::unique_ptr<client_connection> connection) {
        if (connection->reusable() && is_current(*connection))
            here().pool.put_back(std::move(connection));
    }

    const client_limits limits;
    io_threads& threads;
    std::vector<std::unique_ptr<own>> pools;
    std::atomic<bool> down{false};
    std::atomic<std::size_t> generation{1};
    std::mutex mutex;
    peer_state peer;  // guarded by mutex
};

async<result<client_response>> client::impl::send(std::shared_ptr<impl> self,
                                                  const client_request& request,
                                                  steady_time deadline,
                                                  std::unique_ptr<client_connection>* pieces) {
    own& mine = self->here();
    const steady_time now = std::chrono::steady_clock::now();
    if (self->down.load(std::memory_order_relaxed) || deadline <= now ||
        mine.pool.in_flight >= self->limits.in_flight_max)
        co_return not_executed();
    const place held(mine.pool);
    std::string head;
    append_head(head, request, mine.peer.host);
    client_response answer;
    const auto mode =
        pieces ? client_connection::body_mode::in_pieces : client_connection::body_mode::whole;
    bool maybe_done = false;
    for (auto connection = request.fresh ? nullptr : mine.pool.take(mine.generation);;) {
        const bool reused = connection != nullptr;
        if (!reused) {
            const stream_endpoint to = self->here().peer.endpoint;
            connection = mine.pool.fresh(mine.generation);
            connection->work_until(std::min(
                deadline, std::chrono::steady_clock::now() + self->limits.connect_timeout));
            const bool connected = co_await connection->connect(to);
            if (!connected) co_return self->failure(maybe_done);
        }
        connection->work_until(deadline);
        const auto out =
            co_await connection->exchange(request.method, head, request.body, mode, answer);
        if (out.answered) {
            // Whoever said that may say more of it: the connection goes too.
            if (!is_genuine(request, answer)) co_return outcome_unknown();
            if (out.in_pieces)
                *pieces = std::move(connection);
            else
                self->keep(std::move(connection));
            co_return std::move(answer);
        }
        maybe_done = maybe_done || out.wrote;
        // The peer had closed the idle connection and we did not know yet. Once, for a fresh
        // connection has no such excuse.
        const bool again =
            reused && !connection->timed_out() && !out.heard && (!out.wrote || request.repeatable);
        if (!again) co_return self->failure(maybe_done);
        connection = nullptr;
    }
}

// The rest of an answer, over the connection that it comes on.
class client::piece_reader final : public incoming_stream {
public:
    piece_reader(std::shared_ptr<impl> from, std::unique_ptr<client_connection> connection)
        : from_(std::move(from)), connection_(std::move(connection)) {}

    async<result<std::string>> read() override {
        std::string piece;
        if (ended_) co_return piece;
        connection_->work_until(std::chrono::steady_clock::now() + from_->limits.silence_max);
        const bool read = co_await connection_->read_piece(piece);
        connection_->expires_never();
        if (!read) co_return outcome_unknown();
        if (piece.empty()) {
            ended_ = true;
            from_->keep(std::move(connection_));
        }
        co_return piece;
    }

    void cancel() override {
        if (connection_) connection_->close();
    }

private:
    std::shared_ptr<impl> from_;  // outlives the connection
    std::unique_ptr<client_connection> connection_;
    bool ended_ = false;
};

client::client(io_threads& threads, stream_endpoint peer, client_limits limits)
    : impl_(std::make_shared<impl>(threads, std::move(peer), limits)) {
}

client::~client() {
    // What is in flight goes on, and its connections are not kept.
    impl_->generation.fetch_add(1);
    impl_->drop_idle();
}

bool client::has_room() const {
    return impl_->pools[this_io_thread()]->pool.in_flight < impl_->limits.in_flight_max;
}

async<result<client_response>> client::send(const client_request& request, steady_time deadline) {
    return impl::send(impl_, request, deadline, nullptr);
}

async<result<opened_response>> client::open(const client_request& request, steady_time deadline) {
    const auto self = impl_;  // the client may go meanwhile
    std::unique_ptr<client_connection> connection;
    auto head = co_await impl::send(self, request, deadline, &connection);
    if (!head) co_return fail(std::move(head.error()));
    std::unique_ptr<incoming_stream> body;
    if (connection) body = std::make_unique<piece_reader>(self, std::move(connection));
    co_return opened_response{std::move(*head), std::move(body)};
}

void client::move_to(stream_endpoint peer) {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->peer = peer_at(std::move(peer));
        impl_->generation.fetch_add(1, std::memory_order_release);
    }
    impl_->down.store(false);
    impl_->drop_idle();
}

void client::set_down(bool down) {
    impl_->down.store(down);
    if (down) impl_->drop_idle();
}

}  // namespace cleave::http
