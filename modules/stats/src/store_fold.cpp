#include <contract/codec.hpp>

#include "rules.hpp"
#include "store_project.hpp"

namespace cleave::stats {

namespace {

// An entry that this module makes itself, of what is in the projections already.
template <class Event>
void log_own(sqlite::connection& db, std::int64_t day, const Event& e,
             const std::optional<std::string>& subject) {
    const std::string body = encode(e);
    db.run(
        "INSERT INTO stats_log (source, source_event, kind, at, body, subject) VALUES ('stats', "
        "(SELECT coalesce(max(source_event), 0) + 1 FROM stats_log WHERE source = 'stats'), "
        "?1, ?2, ?3, ?4)",
        Event::kind, start_of(day), body, subject);
    db.run("UPDATE stats_totals SET position = ?1", db.last_insert_rowid());
}

std::vector<referrer_figures> referrers_of(sqlite::connection& db, std::int64_t article_id,
                                           std::int64_t day) {
    std::vector<referrer_figures> out;
    auto rows = db.query(
        "SELECT host, views FROM stats_referrers WHERE article_id = ?1 AND day = ?2 "
        "ORDER BY host",
        article_id, day);
    while (rows.step()) out.push_back({std::string(rows.text(0)), rows.integer(1)});
    return out;
}

void fold_day(sqlite::connection& db, std::int64_t day) {
    db.run(
        "DELETE FROM stats_log WHERE kind IN ('views_counted', 'views_folded') "
        "AND at >= ?1 AND at < ?2",
        start_of(day), start_of(day + 1));
    db.run("DELETE FROM stats_visitors WHERE day = ?1", day);
    db.run(
        "DELETE FROM stats_referrers WHERE (article_id, day, host) IN (SELECT article_id, day, "
        "host FROM (SELECT article_id, day, host, row_number() OVER (PARTITION BY article_id "
        "ORDER BY views DESC, host) AS rank FROM stats_referrers WHERE day = ?1) WHERE rank > ?2)",
        day, referrers_kept_max);
    std::vector<views_folded> entries;
    {
        auto rows = db.query(
            "SELECT article_id, views, visitors FROM stats_days WHERE day = ?1 ORDER BY article_id",
            day);
        while (rows.step())
            entries.push_back({day, rows.integer(0), rows.integer(1), rows.integer(2), {}});
    }
    for (auto& e : entries) {
        e.referrers = referrers_of(db, e.article_id, day);
        log_own(db, day, e, std::nullopt);
    }
}

// Days of which some views are not folded, oldest first.
std::vector<std::int64_t> unfolded_days(sqlite::connection& db, std::int64_t before) {
    std::vector<std::int64_t> days;
    std::int64_t from = INT64_MIN;
    for (;;) {
        auto row = db.query(
            "SELECT min(at) FROM stats_log WHERE kind IN ('views_counted', 'views_folded') "
            "AND kind = 'views_counted' AND at >= ?1 AND at < ?2",
            from, start_of(before));
        if (!row.step() || row.is_null(0)) return days;
        days.push_back(day_of(row.time(0)));
        from = start_of(days.back() + 1).unix_ms;
    }
}

// Days before `first` are not told one by one any more: their views become one entry an article.
void fold_old_days(sqlite::connection& db, std::int64_t first) {
    std::vector<std::int64_t> articles;
    {
        auto rows = db.query(
            "SELECT DISTINCT article_id FROM stats_days WHERE day < ?1 ORDER BY article_id", first);
        while (rows.step()) articles.push_back(rows.integer(0));
    }
    db.run("DELETE FROM stats_days WHERE day < ?1", first);
    db.run("DELETE FROM stats_referrers WHERE day < ?1", first);
    db.run("DELETE FROM stats_log WHERE kind IN ('views_counted', 'views_folded') AND at < ?1",
           start_of(first));
    for (const auto id : articles) {
        views_before e{id, 0, 0};
        {
            auto row = db.query(
                "SELECT views, visitors FROM stats_articles WHERE article_id = ?1 "
                "UNION ALL SELECT views, visitors FROM stats_totals WHERE ?1 = 0",
                id);
            if (!row.step()) continue;
            e.views = row.integer(0);
            e.visitors = row.integer(1);
        }
        {
            auto kept = db.query(
                "SELECT coalesce(sum(views), 0), coalesce(sum(visitors), 0) FROM stats_days "
                "WHERE article_id = ?1",
                id);
            kept.step();
            e.views -= kept.integer(0);
            e.visitors -= kept.integer(1);
        }
        const auto subject = "views:" + std::to_string(id);
        db.run("DELETE FROM stats_log WHERE subject = ?1", subject);
        log_own(db, first - 1, e, subject);
    }
}

}  // namespace

void fold_log(sqlite::connection& db, std::int64_t today) {
    const std::int64_t until = today - days_unfolded + 1;
    {
        auto done = db.query("SELECT day FROM stats_folded");
        if (done.step() && done.integer(0) >= until) return;
    }
    for (const auto day : unfolded_days(db, until)) fold_day(db, day);
    fold_old_days(db, today - days_kept + 1);
    // What an end says stays: it must hold against whatever comes later.
    db.run(
        "DELETE FROM stats_log WHERE subject IS NOT NULL AND at < ?1 AND kind NOT IN "
        "('article_deleted', 'comment_deleted', 'account_erased') AND EXISTS (SELECT 1 FROM "
        "stats_log AS later "
        "WHERE later.subject = stats_log.subject AND later.id > stats_log.id)",
        start_of(until));
    db.run("UPDATE stats_folded SET day = ?1", until);
}

}  // namespace cleave::stats
