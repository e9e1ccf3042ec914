#pragma once
// Clients that write while processes are killed under them, and remember what they were told.
#include <atomic>
#include <map>
#include <mutex>
#include <support/blog_client.hpp>
#include <thread>

namespace cleave::test {

// Where the blog is now: a killed `up` comes back at another address.
class whereabouts {
public:
    address get() const {
        const std::scoped_lock lock(mutex_);
        return now_;
    }
    void set(address to) {
        const std::scoped_lock lock(mutex_);
        now_ = std::move(to);
    }

private:
    mutable std::mutex mutex_;
    address now_;
};

// What a client may believe of a write.
enum class outcome {
    done,     // 200, 201, 204
    refused,  // 503: nothing was done
    unknown,  // 504, or the connection was lost
};

struct told {
    outcome what = outcome::unknown;
    std::string body{};  // of what is done
};

// One request, sent once. Throws std::runtime_error at any other answer: it is nobody's to give.
// `also_done`: a status that says that an earlier attempt has done it.
told send_once(const address& to, const http_question& question, int also_done = 200);
// Sent until it is done, with the same key or because it is safe to repeat. Throws where that takes
// too long.
std::string send_until_done(const whereabouts& blog, const http_question& question,
                            int also_done = 200);

http_question new_comment(const visitor& who, const std::string& slug, const std::string& body);
http_question new_article(const visitor& who, const std::string& title);
http_question new_account(const std::string& name);

// What was written, as its writers know. Each text is written by one writer, once.
struct records {
    std::mutex mutex;
    std::map<std::string, std::int64_t> comments;  // acknowledged, with their ids
    std::vector<std::string> refused, unknown;     // comments that were sent once, without a key
    std::vector<std::string> deleted;              // comments whose end was acknowledged
    std::vector<std::string> articles, accounts;   // acknowledged; each article is a favourite
    std::vector<std::string> failures;             // what no client should see
    std::int64_t reads_tried = 0, reads_answered = 0;
};

// Runs from its construction to finish(): several threads, each with writes of one kind.
class workload {
public:
    workload(const whereabouts& blog, const visitor& reader, const std::string& slug);
    ~workload() { finish(); }

    // Acknowledged ones of every kind, since its construction.
    std::int64_t writes() const { return writes_; }
    double writes_a_second() const;
    // No new writes; those under way are brought to their end.
    records& finish();

private:
    void start(const std::function<void(int)>& step);
    void write_comments(const std::string& name);
    void write_comments_once();
    void write_and_delete_comments();
    void write_articles();
    void open_accounts();
    void read();

    const whereabouts& blog_;
    const visitor reader_;
    const std::string slug_;
    std::atomic<bool> finishing_ = false;
    std::atomic<std::int64_t> writes_ = 0;
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    records records_;
    std::vector<std::jthread> threads_;
};

}  // namespace cleave::test
