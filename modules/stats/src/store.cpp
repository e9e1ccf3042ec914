#include "store.hpp"

namespace cleave::stats {

namespace {

// False: this event of the feed was logged before.
bool log_event(sqlite::connection& db, std::string_view feed, const events::event& e) {
    return db.run(
               "INSERT INTO stats_log (source, source_event, kind, at, body) "
               "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (source, source_event) DO NOTHING",
               feed, e.id, e.kind, e.at, e.body) > 0;
}

// From a logged event to the sums, and from nothing else: so they can be made again from the log.
void project(sqlite::connection& db, const posts::views_counted& e) {
    for (const auto& c : e.counts)
        db.run(
            "INSERT INTO stats_articles (article_id, views) VALUES (?1, ?2) "
            "ON CONFLICT (article_id) DO UPDATE SET views = views + excluded.views",
            c.article_id, c.views);
}

}  // namespace

void store::count_views(sqlite::connection& db, const posts::views_counted& e,
                        const events::event& source) {
    if (log_event(db, "posts", source)) project(db, e);
}

result<article_stats> store::views_of(const query_context& context, std::int64_t article_id) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        article_stats out;
        auto row = db.query("SELECT views FROM stats_articles WHERE article_id = ?1", article_id);
        if (row.step()) out.views = row.integer(0);
        return out;
    });
}

}  // namespace cleave::stats
