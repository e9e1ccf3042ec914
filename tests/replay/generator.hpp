#pragma once
// A log made by chance, from a seed: visitors of all roles who write, read, change their minds and
// make mistakes, and strangers who try what may be tried.
#include <random>

#include "log.hpp"

namespace cleave::test {

class generator {
public:
    explicit generator(std::uint64_t seed) : random_(seed) {}

    // At least so many steps, and the same ones for the same seed.
    replay_log make(std::size_t steps);

private:
    struct account {
        std::string name, token, email;
        int failures = 0;
        bool named_anew = false;
    };
    struct written {
        std::string slug, comment;  // placeholders
        std::size_t author = 0;
    };
    struct seen {
        std::size_t step = 0;
        std::string target, headers;
    };

    std::size_t up_to(std::size_t n) { return random_() % n; }
    bool chance(unsigned percent) { return up_to(100) < percent; }
    template <class T>
    const T& one_of(const std::vector<T>& all) {
        return all[up_to(all.size())];
    }

    std::size_t add(std::string method, std::string target, std::string headers = {},
                    std::string_view body = {});
    std::string bearer(std::size_t who) const;
    std::string some_bearer();  // mostly somebody's; or nobody's, or no good
    std::size_t author() { return up_to(accounts_.size()); }
    std::string text(std::size_t count);
    std::string some_slug();
    std::string article_body();

    void open_accounts();
    void sign_up();
    void act();
    void write_article();
    void change_article();
    void write_comment();
    void change_comment();
    void send_twice();
    void like_or_follow();
    void change_profile();
    void log_in();
    void log_out();
    void govern();
    void read_list();
    void read_article();
    void read_people();
    void read_inbox();
    void read_figures();
    void look_again();
    void blunder();
    void attack();

    std::mt19937_64 random_;
    replay_log log_;
    std::vector<account> accounts_;
    std::vector<written> articles_, comments_;
    std::vector<seen> seen_;
    std::size_t last_inbox_ = 0;
};

}  // namespace cleave::test
