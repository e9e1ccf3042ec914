#pragma once
// A real server on a free port, with a service whose behaviour a test chooses by the path.
#include <atomic>
#include <condition_variable>
#include <http/server.hpp>
#include <mutex>

#include "peer.hpp"

namespace cleave::http::test {

// /echo      the body, as text
// /headers   what the request said of itself, one line each
// /size/N    N bytes
// /throw     an exception
// /refuse    401, before the body is read
// /empty     204
// /gate      waits until open_gate()
// The body may have 1 MiB, under /small 16 bytes.
class test_service final : public service {
public:
    admission admit(request& r) override;
    async<response> handle(request& r, std::size_t target) override;

    void wait_for_arrival();  // of one at the gate
    void open_gate();
    std::atomic<int> handled{0};

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int arrived_ = 0;
    std::atomic<bool> gate_open_{false};
};

class fixture {
public:
    explicit fixture(server_limits limits = {}, std::size_t thread_count = 1,
                     std::string_view address = "127.0.0.1:0");
    ~fixture();

    peer connect() { return peer(at); }
    // Sends it all, ends sending and returns all that comes back.
    std::string ask(std::string_view text);

    test_service service;
    io_threads threads;
    stream_endpoint at;
    std::unique_ptr<http::server> server;

private:
    fixture(server_limits limits, std::size_t thread_count, listener from);
};

// Spins until it holds; false after patience_ms.
bool eventually(const std::function<bool()>& condition);

inline std::string get(std::string_view path, std::string_view more = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}
inline std::string post(std::string_view path, std::string_view body, std::string_view more = "") {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(more) + "\r\n" + std::string(body);
}

}  // namespace cleave::http::test
