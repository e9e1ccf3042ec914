#pragma once
// What visitors of a blog do, over its public API alone, and what they must get for an answer.
//
// Everything follows from the seed: data, the order of requests, their texts. Every mode gets the
// same, and no read grows with what the load writes: else the faster system would in the end do
// more work a request.
#include <array>
#include <atomic>
#include <compare/load.hpp>
#include <compare/seeded.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::compare {

enum class visit : std::uint8_t {
    read_article,
    list_articles,
    read_comments,
    write_comment,
    notifications,
    current_user,
    favorite,
    publish,
    log_in
};
// `module` has the route.
struct visit_kind {
    std::string_view name;
    std::string_view module;
    unsigned share;  // of 10,000
};
// By visit. Of logging in there is little: argon2id is meant to be slow, some 30 ms of a core.
inline constexpr std::array<visit_kind, 9> visit_kinds{{{"read article", "posts", 5'800},
                                                        {"list articles", "posts", 1'500},
                                                        {"read comments", "comments", 1'200},
                                                        {"write comment", "comments", 700},
                                                        {"notifications", "notifications", 318},
                                                        {"current user", "users", 200},
                                                        {"favorite", "posts", 230},
                                                        {"publish", "posts", 50},
                                                        {"log in", "users", 2}}};
inline constexpr unsigned all_shares = 10'000;

struct workload_sizes {
    std::size_t users = 8;
    std::size_t articles = 200;
    std::size_t comments_per_article = 10;
    std::size_t page = 20;  // articles in a list
};

// A blog could not be filled: what was asked and what came back.
class set_up_failed : public std::runtime_error {
public:
    using runtime_error::runtime_error;
};

class workload {
public:
    explicit workload(std::uint64_t seed, const workload_sizes& sizes = {});
    workload(const workload&) = delete;  // requests refer to it

    // Signs users up, publishes articles, writes comments, and waits until everyone has been told
    // of them: what an earlier phase started must not run into the next. On an empty blog.
    // Throws set_up_failed; where `stop` becomes true, that too.
    void set_up(const load_target& target, const std::atomic<bool>& stop);
    static constexpr std::string_view password = "a fair comparison";
    // What is there from the beginning has it; what is published while it is measured has not, so
    // that lists stay what they are.
    static constexpr std::string_view tag = "compare";

    // The index-th request of a sequence; after set_up(). Refers to this object.
    call request(std::uint64_t sequence, std::uint64_t index) const;
    call request(visit kind, std::uint64_t sequence, std::uint64_t index) const;

    // As who and of what; for experiments that look at single answers.
    const std::string& token(std::size_t account) const { return accounts_[account].token; }
    std::size_t accounts() const { return accounts_.size(); }
    const std::string& article_target(std::size_t article) const {
        return articles_[article].target;
    }
    std::size_t author_of(std::size_t article) const { return articles_[article].author; }
    std::size_t articles() const { return articles_.size(); }

private:
    struct account {
        std::string name;
        std::string token{};
    };
    struct article {
        std::string title;
        std::string text;
        std::size_t author = 0;
        std::vector<std::string> comments{};  // the first ones, oldest first
        std::string slug{};
        std::string target{};
    };
    class filler;

    // Never the author, so that every comment is told to somebody.
    const account& commenter(const article& a, std::size_t number) const;
    std::size_t told_of(std::size_t account) const;
    std::size_t popular(seeded& random) const;
    call read_article(seeded& random) const;
    call list_articles(seeded& random) const;
    call read_comments(seeded& random) const;
    call write_comment(seeded& random, std::uint64_t sequence, std::uint64_t index) const;
    call notifications(seeded& random) const;
    call current_user(seeded& random) const;
    call favorite(seeded& random) const;
    call publish(seeded& random, std::uint64_t sequence, std::uint64_t index) const;
    call log_in(seeded& random) const;
    call make(visit kind, seeded& random, std::uint64_t sequence, std::uint64_t index) const;

    std::uint64_t seed_;
    workload_sizes sizes_;
    std::vector<account> accounts_{};
    std::vector<article> articles_{};   // oldest first
    std::vector<double> popularity_{};  // summed up, newest first
};

}  // namespace cleave::compare
