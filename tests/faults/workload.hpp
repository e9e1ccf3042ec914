#pragma once
// Requests through faulty edges, by clients who remember what they were told.
#include <functional>
#include <map>
#include <set>
#include <support/blog_client.hpp>

namespace cleave::test {

class workload {
public:
    explicit workload(const address& at);

    // A round of commands and queries of all modules. `name` makes what it writes its own.
    void round(const std::string& name);
    // With all edges well again: what was acknowledged is there, once, and told of once.
    void check();

    // What no client should ever see, as sentences.
    const std::set<std::string>& wrong() const { return wrong_; }
    std::string figures() const;

private:
    enum class outcome { done, refused, unknown };
    struct told {
        outcome what = outcome::unknown;
        http_answer answer{};
    };
    told send(const http_question& what, int expected);
    // With a key, until it is done: what came of it, if it was.
    std::optional<json::value> send_until_done(http_question what, const std::string& key);
    void read(std::string target, const std::string& token,
              const std::function<bool(const json::value&)>& is_right);
    void read_all();
    void comment_once(const std::string& text);
    void check_comments();
    void check_articles();
    void check_inbox();

    address at_;
    blog_client well_;
    visitor author_, reader_;
    std::string slug_;
    std::map<std::string, std::int64_t> comments_;  // acknowledged
    std::set<std::string> refused_, unknown_;       // sent once, without a key
    std::set<std::string> articles_;                // titles, acknowledged
    std::set<std::string> wrong_;
    int done_ = 0, not_done_ = 0;
};

}  // namespace cleave::test
