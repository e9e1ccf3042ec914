#pragma once
// One connection of a client, and the connections that wait for work.
#include <http/chunked.hpp>
#include <http/client.hpp>
#include <http/deadlines.hpp>
#include <http/response_parser.hpp>
#include <http/wire.hpp>
#include <vector>

namespace cleave::http {

class client_pool;

class client_connection final : public watched {
public:
    client_connection(client_pool& pool, std::size_t generation, asio::io_context& context);

    async<bool> connect(const stream_endpoint& peer);

    // What becomes of a body whose length is not known: read whole, or left to read_piece().
    enum class body_mode { whole, in_pieces };
    struct outcome {
        bool answered = false;  // the response is whole, or its pieces are to be read
        bool in_pieces = false;
        bool wrote = false;  // at least a byte of the request has left
        bool heard = false;  // at least a byte of the response has come
    };
    // `head` and `body` are the caller's and outlive the call.
    async<outcome> exchange(verb method, std::string_view head, std::string_view body,
                            body_mode mode, client_response& answer);
    // Into an empty string; nothing at the end. False: the rest will not come.
    async<bool> read_piece(std::string& piece);
    void close();

    // Whether another request may follow on it, as far as the last answer tells.
    bool reusable() const { return reusable_ && socket_.is_open(); }
    // Whether the idle connection is still good.
    bool quiet() { return is_quiet(socket_.native_handle()); }
    bool timed_out() const { return timed_out_; }
    void work_until(steady_time deadline);
    void rest_for(std::chrono::milliseconds limit);
    std::size_t generation() const { return generation_; }

private:
    void on_deadline() override;
    void on_shutdown() override;

    async<bool> receive_response(verb method, body_mode mode, client_response& answer,
                                 outcome& so_far);
    async<bool> receive_more();
    async<bool> receive_sized(std::string& body, std::uint64_t length);
    async<bool> receive_chunked(std::string& body);
    async<bool> receive_until_eof(std::string& body);

    client_pool& pool_;
    const std::size_t generation_;
    stream_socket socket_;
    input_buffer in_;
    std::optional<chunked_decoder> pieces_;  // of a chunked body that is read in pieces
    bool idle_ = false;
    bool timed_out_ = false;
    bool reusable_ = false;
};

// The idle connections of one client on one thread. Only that thread touches it.
class client_pool {
public:
    client_pool(asio::io_context& context, const client_limits& limits)
        : context_(context), limits_(limits) {}

    const client_limits& limits() const { return limits_; }
    // Of this generation, and good; or none. The last one used comes first.
    std::unique_ptr<client_connection> take(std::size_t generation);
    std::unique_ptr<client_connection> fresh(std::size_t generation);
    void put_back(std::unique_ptr<client_connection> connection);
    void drop(client_connection& idle);
    void clear() { idle_.clear(); }

    std::size_t in_flight = 0;

private:
    asio::io_context& context_;
    const client_limits& limits_;
    std::vector<std::unique_ptr<client_connection>> idle_;
};

}  // namespace cleave::http
