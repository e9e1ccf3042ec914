#pragma once
// The stats module as the other modules see it. This file is its whole contract.
#include <contract/method.hpp>
#include <vector>

namespace cleave::stats {

// A day of UTC. Visitors are told apart within a day and not beyond it, so a sum over days counts
// who comes on two of them twice.
struct day_figures {
    std::string date{};  // "2026-08-13"
    std::int64_t views = 0;
    std::int64_t visitors = 0;
};
BOOST_DESCRIBE_STRUCT(day_figures, (), (date, views, visitors))

struct blog_stats {
    std::int64_t articles = 0;
    std::int64_t users = 0;
    std::int64_t comments = 0;
    std::int64_t views = 0;
    std::int64_t visitors = 0;
    std::vector<day_figures> daily{};  // 30 days up to today, oldest first, none left out
};
BOOST_DESCRIBE_STRUCT(blog_stats, (), (articles, users, comments, views, visitors, daily))

struct referrer_figures {
    std::string host{};
    std::int64_t views = 0;
};
BOOST_DESCRIBE_STRUCT(referrer_figures, (), (host, views))

struct article_request {
    std::int64_t article_id = 0;
};
BOOST_DESCRIBE_STRUCT(article_request, (), (article_id))

struct article_stats {
    std::int64_t views = 0;
    std::int64_t visitors = 0;
    std::int64_t favorites = 0;
    std::int64_t comments = 0;
    std::vector<day_figures> daily{};           // as above
    std::vector<referrer_figures> referrers{};  // of 90 days, most views first, at most 20
};
BOOST_DESCRIBE_STRUCT(article_stats, (), (views, visitors, favorites, comments, daily, referrers))

struct top_request {
    std::int64_t days = 30;   // with today; clamped to 1 … 90
    std::int64_t limit = 10;  // clamped to 1 … 100
};
BOOST_DESCRIBE_STRUCT(top_request, (), (days, limit))

struct top_article {
    std::string slug{};
    std::string title{};
    std::int64_t views = 0;
    std::int64_t visitors = 0;
};
BOOST_DESCRIBE_STRUCT(top_article, (), (slug, title, views, visitors))

struct top_list {
    std::vector<top_article> articles{};
};
BOOST_DESCRIBE_STRUCT(top_list, (), (articles))

struct rebuilt {
    std::int64_t entries = 0;  // of the log, that the figures were made from
    std::string digest{};      // of all projections, afterwards; BLAKE2b in hex
    bool same = false;         // as before
};
BOOST_DESCRIBE_STRUCT(rebuilt, (), (entries, digest, same))

class api {
public:
    static constexpr const char* module_name = "stats";
    virtual ~api() = default;

    virtual task<blog_stats> figures(query_context, nothing) = 0;

    // The articles with the most views, most first. Fails with not_executed where too many ask.
    virtual task<top_list> top(query_context, top_request) = 0;

    // All zero for an article that nobody has looked at, or that does not exist.
    virtual task<article_stats> figures_of(query_context, article_request) = 0;

    // Drops all projections and makes them again from the log, in one transaction.
    virtual task<rebuilt> rebuild(command_context, nothing) = 0;
};
BOOST_DESCRIBE_STRUCT(api, (), (figures, top, figures_of, rebuild))

}  // namespace cleave::stats
