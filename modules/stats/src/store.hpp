#pragma once
// Every SQL statement of the stats module.
#include <events/platform.hpp>
#include <posts/api.hpp>
#include <stats/api.hpp>

namespace cleave::stats {

class store {
public:
    explicit store(platform given) : given_(given) {}

    result<article_stats> views_of(const query_context& context, std::int64_t article_id);

    // Inside a write job: adds the event to the log and its views to the sums, unless it is in the
    // log already.
    static void count_views(sqlite::connection& db, const posts::views_counted& e,
                            const events::event& source);

private:
    platform given_;
};

}  // namespace cleave::stats
