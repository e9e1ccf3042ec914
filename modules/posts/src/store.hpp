#pragma once
// Every SQL statement of the posts module.
#include <events/platform.hpp>
#include <posts/api.hpp>
#include <posts/import.hpp>
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

struct changed_article {
    std::string of;  // a slug that it has or had
    // Where the title changes: as above.
    std::string slug;
    std::string slug_if_taken;
    std::optional<std::string> title;
    std::optional<std::string> description;
    std::optional<std::string> body;
    std::optional<std::vector<std::string>> tags;
    timestamp at;
};

// An article that comes from elsewhere; refused already, or to be added.
struct article_import {
    std::optional<problem> refused{};
    std::string source{};
    new_article what{};
};

class store {
public:
    explicit store(platform given) : given_(given) {}

    // Each in a transaction with its event. Who may is decided there too, as is whether the article
    // is there.
    task<article> add(command_context context, new_article what);
    task<article> change(command_context context, changed_article what);
    task<nothing> remove(command_context context, std::string slug);
    // `user`: the caller's profile, where the store does not know it yet.
    task<article> favorite(command_context context, std::string slug,
                           std::optional<users::profile> user);
    task<article> unfavorite(command_context context, std::string slug);
    // In one transaction; what came before is not added again.
    task<imported_articles> import(command_context context, std::vector<article_import> wanted);
    task<nothing> publish_views(const call_context& context, std::vector<article_views> counts);

    result<std::optional<article>> find(const query_context& context, std::string_view slug);
    result<std::optional<article_ref>> find_ref(const query_context& context,
                                                std::string_view slug);
    // Limit and offset are in range. Where no index leads to the articles and their number, on the
    // threads for slow reads.
    static bool is_quick(const list_request& wanted);
    result<page> list(const query_context& context, const list_request& wanted);
    task<page> list_slowly(query_context context, list_request wanted);
    result<page> list_by(const query_context& context, const std::vector<std::int64_t>& authors,
                         feed_request wanted);
    result<tag_list> tags(const query_context& context);
    result<bool> knows_author(const query_context& context, std::int64_t id);

    // Makes the index of words anew where other rules made it, or nobody. Blocks; before the first
    // request. Throws std::runtime_error.
    void bring_search_up_to_date();

    // Inside a write job: keeps the newer of what it has and what it is told.
    static void keep_author(sqlite::connection& db, const users::profile& p);
    // Users tells everything again: what it tells now is newer than what is here.
    static void doubt_authors(sqlite::connection& db);

private:
    // Inside a write job, with its event.
    article insert(sqlite::connection& db, const new_article& what);

    platform given_;
};

}  // namespace cleave::posts
