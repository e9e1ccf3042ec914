#pragma once
// A server on this machine that takes what is posted to it.
#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cleave::test {

class webhook_receiver {
public:
    struct arrived {
        std::string head;  // request line and fields, as they came
        std::string body;
        // Of a field; empty where there is none.
        std::string field(const std::string& name) const;
    };

    webhook_receiver();
    ~webhook_receiver();
    webhook_receiver(const webhook_receiver&) = delete;

    std::string url() const;  // "http://127.0.0.1:…/hook"
    std::vector<arrived> all() const;
    // What is answered from now on: "204 No Content", or a redirect with its field.
    void answer_with(std::string status_and_fields);

private:
    void run();
    void take(int connection);

    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stopped_ = false;
    mutable std::mutex mutex_;
    std::vector<arrived> all_;
    std::string answer_ = "204 No Content";
    std::thread thread_;
};

}  // namespace cleave::test
