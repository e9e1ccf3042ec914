#pragma once
// Every SQL statement of the posts module.
#include <events/platform.hpp>
#include <posts/api.hpp>
#include <users/api.hpp>

namespace cleave::posts {

struct new_article {
    std::string slug;           // wanted
    std::string slug_if_taken;  // free for certain
    std::string title;
    std::string description;
    std::string body;
    std::vector<std::string> tags;
    std::int64_t author_id = 0;
    std::optional<users::profile> author;  // where the store does not know them yet
    timestamp created_at;
};

class store {
public:
    explicit store(platform given) : given_(given) {}

    // In a transaction with its event.
    task<article> add(command_context context, new_article what);
    task<nothing> publish_views(std::vector<article_views> counts);

    result<std::optional<article>> find(const query_context& context, std::string_view slug);
    result<std::optional<article_ref>> find_ref(const query_context& context,
                                                std::string_view slug);
    result<page> list(const query_context& context, std::int64_t limit, std::int64_t offset);
    result<bool> knows_author(const query_context& context, std::int64_t id);

    // Inside a write job: keeps the newer of what it has and what it is told.
    static void keep_author(sqlite::connection& db, const users::profile& p);

private:
    platform given_;
};

}  // namespace cleave::posts
