#pragma once
// From an entry of the log to the projections, and from nothing else: so they can be made again
// from the log, to the same bytes.
#include <sqlite/database.hpp>
#include <stats/api.hpp>

namespace cleave::stats {

// The views of an article's day, when its visitors are no longer told apart. Article 0: the blog.
struct views_folded {
    static constexpr const char* kind = "views_folded";
    std::int64_t day = 0;
    std::int64_t article_id = 0;
    std::int64_t views = 0;
    std::int64_t visitors = 0;
    std::vector<referrer_figures> referrers{};
};
BOOST_DESCRIBE_STRUCT(views_folded, (), (day, article_id, views, visitors, referrers))

// The views of an article on all days that are no longer told one by one.
struct views_before {
    static constexpr const char* kind = "views_before";
    std::int64_t article_id = 0;
    std::int64_t views = 0;
    std::int64_t visitors = 0;
};
BOOST_DESCRIBE_STRUCT(views_before, (), (article_id, views, visitors))

// All inside a write job. Throws where the entry cannot be read.
void project(sqlite::connection& db, std::string_view kind, timestamp at, std::string_view body);
void clear_projections(sqlite::connection& db);
// BLAKE2b over every row of every projection, in hex.
std::string digest_of_projections(sqlite::connection& db);

// Makes log entries of views few: those of days before `today` - 1 are folded to one an article and
// day, those of days that are not told any more to one an article; and of several entries of one
// subject the last stays. Changes no figure.
void fold_log(sqlite::connection& db, std::int64_t today);

}  // namespace cleave::stats
