#pragma once
// A server whose answers are streams, and what became of them.
#include <base/timer.hpp>

#include "fixture.hpp"

namespace cleave::http::test {

// /N          N pieces "piece 1\n", "piece 2\n", …
// /wait       "first\n", and "last\n" once the gate opens or the stream is closed
// /flood      pieces of 64 KiB until nobody takes them
// /throw      "first\n", then an exception
// /abort      "first\n", then cut short
// /sized/N    N bytes in pieces of at most 1000, of known length
// /short      says 10 bytes and tells 5
// /long       says 5 bytes and tells 10
// /plain      no stream, though it might be one
// /204        a stream where nothing may follow the head
// /undeclared a stream from a route that may not have one
class stream_service final : public service {
public:
    admission admit(request& r) override { return {.streaming = r.path != "/undeclared"}; }
    async<response> handle(request& r, std::size_t target) override;

    std::atomic<int> begun{0}, ended{0}, closed{0}, told_of_closing{0};
    std::atomic<std::size_t> flooded{0};
    std::atomic<bool> gate{false};
    std::atomic<bool> had_deadline{false};
    std::string last_event_id;  // read after an answer

private:
    async<void> tell(std::string path, body_stream& to);
    async<void> count(std::size_t n, body_stream& to);
    async<void> wait(body_stream& to);
    async<void> sized(std::size_t n, body_stream& to);
    async<void> flood(body_stream& to);
};

struct stream_fixture {
    explicit stream_fixture(server_limits limits = {}, std::string_view address = "127.0.0.1:0")
        : stream_fixture(limits, listener(address)) {}
    ~stream_fixture() {
        service.gate = true;
        server.reset();
    }

    peer connect() { return peer(at); }
    // All that comes, the connection kept open meanwhile.
    std::string ask(std::string_view request) {
        peer p = connect();
        p.send(request);
        return p.read_all();
    }
    std::string ask_for(std::string_view path) { return ask(get(path, "Connection: close\r\n")); }

    stream_service service;
    io_threads threads{1};
    stream_endpoint at;
    std::unique_ptr<http::server> server;

private:
    stream_fixture(server_limits limits, listener from)
        : at(from.endpoint()),
          server(std::make_unique<http::server>(threads, from.take(), service, limits)) {
        threads.start();
        server->start();
    }
};

}  // namespace cleave::http::test
