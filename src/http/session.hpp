#pragma once
// One connection to a server, from accept to close.
#include <http/chunked.hpp>
#include <http/deadlines.hpp>
#include <http/head_parser.hpp>
#include <http/server_core.hpp>
#include <http/wire.hpp>

namespace cleave::http {

class session_stream;

class session final : public watched {
public:
    session(std::shared_ptr<server_core> core, server_thread& thread, stream_socket socket,
            address_limit::key key, const client_address& peer);
    ~session() override;

    // The connection's only coroutine, which owns it.
    static async<void> run(std::unique_ptr<session> self);

    void drain();  // Ends it if it waits for a request; else its next answer is the last.
    void cut();
    session* next() const { return next_; }

private:
    friend session_stream;
    enum class phase { none, idle, header };

    void on_deadline() override;
    void expect_within(std::chrono::milliseconds limit);

    // The header. What goes wrong becomes lost_ or refused_.
    bool wants_more_head();
    void received(const boost::system::error_code& ec, std::size_t n);
    void receive_last();
    void read_head();
    void note_client();

    // What comes after it.
    bool admit(response& answer);
    void shed(service::admission& a);
    void skip_body();
    bool take_buffered_body();
    async<void> receive_body();
    async<void> receive_sized();
    async<void> receive_chunked();
    void body_lost();
    bool hold_body(std::size_t bytes);
    void let_go_of_body();

    // The answer.
    response failed(std::string_view what);
    void note_answer(unsigned status, bool is_routine = false);
    void record(unsigned status, std::chrono::nanoseconds took) const;
    std::string_view compose(response& answer);
    std::size_t send_at_once(std::string_view body);
    async<void> run_stream(response& answer);
    async<void> linger();

    std::shared_ptr<server_core> core_;
    server_thread& thread_;
    session* next_ = nullptr;
    session** link_ = nullptr;  // what points to this

    stream_socket socket_;
    input_buffer in_;
    std::string out_;
    std::string headers_;  // of the answer, what is common to all
    request request_;
    const client_address peer_;
    const address_limit::key connection_key_;
    const bool by_proxy_;  // the peer is none of those who ask
    std::string address_;  // the client's; of the last request where by_proxy_
    address_limit::key address_key_;
    parsed_head head_;
    std::optional<refusal> refused_;
    session_stream* stream_ = nullptr;  // while one is under way

    std::size_t head_bytes_ = 0;  // of the complete header at the front of in_
    std::size_t searched_ = 0;    // of in_, for the end of a header
    std::size_t body_bytes_max_ = 0;
    std::size_t target_ = 0;
    std::size_t held_bytes_ = 0;  // of core_->bodies_bytes
    unsigned blank_lines_ = 0;
    phase phase_ = phase::none;
    bool under_way_ = false;  // a request whose header was read, and that is not answered
    bool routed_ = false;     // its target_ is one
    bool waiting_ = false;    // for the first byte of a request
    bool timed_out_ = false;  // since the deadline was last set
    bool answered_ = false;   // at least one request
    bool lost_ = false;       // nobody is there to be answered
    bool close_ = false;      // after this answer
    bool streaming_ = false;  // the route may answer with a stream
    bool unread_ = false;     // closing, while the client may still be sending
};

}  // namespace cleave::http
