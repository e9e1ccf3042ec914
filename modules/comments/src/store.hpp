#pragma once
// Every SQL statement of the comments module.
#include <comments/api.hpp>
#include <events/platform.hpp>
#include <posts/api.hpp>
#include <users/api.hpp>

namespace cleave::comments {

struct new_comment {
    commented_article article;
    std::string body;
    std::int64_t author_id = 0;
    std::optional<users::profile> author;  // where the store does not know them yet
    timestamp created_at;
};

class store {
public:
    explicit store(platform given) : given_(given) {}

    // In a transaction with its event.
    task<comment> add(command_context context, new_comment what);

    // Oldest first; a negative limit is none.
    result<comment_list> list(const query_context& context, std::int64_t article_id,
                              std::int64_t limit);
    result<std::optional<std::int64_t>> find_article(const query_context& context,
                                                     std::string_view slug);
    result<bool> knows_author(const query_context& context, std::int64_t id);

    // Inside a write job: keeps the newer of what it has and what it is told.
    static void keep_author(sqlite::connection& db, const users::profile& p);
    static void keep_article(sqlite::connection& db, const posts::article_ref& a);

private:
    platform given_;
};

}  // namespace cleave::comments
