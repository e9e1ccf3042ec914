#pragma once
// Messages to servers out in the world that a user has named. Nothing outside src/outward sees
// curl.
//
// The address is looked at where the connection is made, after the name was resolved, so it does
// not matter what a name resolves to, or to what else a moment later. Redirects are not followed,
// proxies of the environment are not used, and a connection serves one message.
#include <atomic>
#include <base/worker_pool.hpp>
#include <chrono>
#include <string>
#include <vector>

namespace cleave::outward {

struct message {
    std::string url;
    std::vector<std::string> headers;  // "Name: value"
    std::string body;
};

struct outcome {
    int status = 0;       // of the answer; 0: there was none
    std::string error{};  // why not, in words that the user may read
    bool is_taken() const { return status >= 200 && status < 300; }
};

struct limits {
    std::size_t threads = 4;  // messages under way at once; each waits for its server
    std::size_t messages_max = 64;
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds total_timeout{10'000};
    std::size_t answer_bytes_max = 64 * 1024;  // read and thrown away
    bool special_addresses = false;            // for tests: loopback and all the others as well
};

inline constexpr std::size_t url_bytes_max = 2'000;

// Whether a message could go there by its form: http or https, a host, no user name or password, no
// fragment. Says what is wrong; empty: nothing is.
std::string what_is_wrong_with_url(const std::string& text);

class sender {
public:
    explicit sender(limits l);
    // Ends what is under way, within about a second.
    ~sender();

    // POST. On any thread that runs an executor; resumes there.
    async<outcome> post(message what);
    // From now on nothing is sent, and what is under way ends.
    void stop() { stopping_ = true; }
    bool is_stopping() const { return stopping_; }

private:
    outcome post_now(const message& what) const;

    const limits limits_;
    std::atomic<bool> stopping_ = false;
    worker_pool workers_;
};

}  // namespace cleave::outward
