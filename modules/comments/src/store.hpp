#pragma once
// Every SQL statement of the comments module.
#include <comments/api.hpp>
#include <comments/import.hpp>
#include <events/platform.hpp>
#include <posts/api.hpp>
#include <users/api.hpp>

#include "mentions.hpp"

namespace cleave::comments {

struct new_comment {
    commented_article article;
    std::string body;
    std::int64_t author_id = 0;
    std::optional<users::profile> author;  // where the store does not know them yet
    std::vector<std::int64_t> mentioned_ids;
    timestamp created_at;
};

class store {
public:
    explicit store(platform given) : given_(given) {}

    // Each in a transaction with its event. Whether the article is still there, and who may change
    // what, is decided there too.
    task<comment> add(command_context context, new_comment what);
    task<comment> change(command_context context, std::int64_t article_id, change_request what);
    task<nothing> remove(command_context context, std::int64_t article_id, std::int64_t id);

    // All of them in one transaction; nothing where they came before.
    task<imported_comments> import(command_context context, std::string source,
                                   std::vector<new_comment> wanted,
                                   std::vector<users::profile> authors);

    // Oldest first; a negative limit is none.
    result<comment_list> list(const query_context& context, std::int64_t article_id,
                              std::int64_t limit);
    result<std::optional<std::int64_t>> find_article(const query_context& context,
                                                     std::string_view slug);
    result<bool> knows_author(const query_context& context, std::int64_t id);
    // Of each mention the account with its longest name; 0 where there is none of its names.
    result<std::vector<std::int64_t>> find_mentioned(const query_context& context,
                                                     const std::vector<mention>& mentions);

    // Inside a write job. The first two keep the newer of what they have and what they are told.
    static void keep_author(sqlite::connection& db, const users::profile& p);
    static void keep_article(sqlite::connection& db, const posts::article_ref& a);
    // Users, or posts, tells everything again: what it tells now is newer than what is here.
    static void doubt_authors(sqlite::connection& db);
    static void forget_articles(sqlite::connection& db);
    void remove_article(sqlite::connection& db, std::int64_t id, timestamp at);

private:
    // Inside a write job, with its event.
    // Fails with not_found where the article is gone.
    result<comment> insert(sqlite::connection& db, const new_comment& what);

    platform given_;
};

}  // namespace cleave::comments
