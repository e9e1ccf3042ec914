#pragma once
// Every SQL statement of the stats module: following and reading here, what becomes of an entry of
// the log in store_project.cpp, how the log stays small in store_fold.cpp.
#include <comments/api.hpp>
#include <events/platform.hpp>
#include <posts/api.hpp>
#include <stats/api.hpp>
#include <users/api.hpp>

namespace cleave::stats {

class store {
public:
    explicit store(platform given) : given_(given) {}

    // `today`: the last day that is told.
    result<blog_stats> figures(const query_context& context, std::int64_t today);
    result<article_stats> figures_of(const query_context& context, std::int64_t article_id,
                                     std::int64_t today);
    task<top_list> top(query_context context, std::int64_t first_day, std::int64_t limit);

    task<rebuilt> rebuild(command_context context);
    // Before the first event: makes the projections again where they are behind the log, as after
    // a migration that has added one.
    void catch_up();

    // Inside a write job: adds the event to the log and its effect to the projections, unless it
    // is in the log already. `subject` as in the log; none for views.
    static void follow(sqlite::connection& db, std::string_view feed, const events::event& e,
                       const std::optional<std::string>& subject);
    // Inside a write job: what the log says of the person goes. True: all of it.
    static bool erase_account(sqlite::connection& db, std::int64_t id);
    // What the log said of the subject before the entry that says that it is gone.
    static void forget_what_ended(sqlite::connection& db, const std::string& subject,
                                  std::int64_t entry);
    static void follow_views(sqlite::connection& db, const posts::views_counted& what,
                             const events::event& e);
    // The feed is that of another log, and is read from its beginning: what it said of things that
    // are is forgotten. Views stay: they were seen, and are known again by number and time.
    static void start_over(sqlite::connection& db, std::string_view feed);

private:
    platform given_;
};

}  // namespace cleave::stats
