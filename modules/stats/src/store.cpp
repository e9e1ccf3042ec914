#include "store.hpp"

#include <contract/codec.hpp>
#include <stdexcept>

#include "rules.hpp"
#include "store_project.hpp"

namespace cleave::stats {

namespace {

// The days of an article, or of the blog (0), that are told; in order.
std::vector<day_figures> daily_of(sqlite::connection& db, std::int64_t article_id,
                                  std::int64_t today) {
    const auto first = today - daily_days + 1;
    std::vector<known_day> known;
    auto rows = db.query(
        "SELECT day, views, visitors FROM stats_days WHERE article_id = ?1 AND day >= ?2 "
        "AND day <= ?3 ORDER BY day",
        article_id, first, today);
    while (rows.step()) known.push_back({rows.integer(0), rows.integer(1), rows.integer(2)});
    return fill_days(first, today, known);
}

// Nothing that was said of its subject before is of consequence.
bool is_end(std::string_view kind) {
    return kind == posts::article_deleted::kind || kind == comments::comment_deleted::kind ||
           kind == users::account_erased::kind;
}

void log_and_project(sqlite::connection& db, std::string_view feed, const events::event& e,
                     std::string_view body, const std::optional<std::string>& subject) {
    std::string source(feed);
    {
        auto known = db.query("SELECT at FROM stats_log WHERE source = ?1 AND source_event = ?2",
                              feed, e.id);
        // The same number at another time: an event of a log that took the place of the first.
        if (known.step() && known.time(0) != e.at) source += fmt::format("@{}", e.at.unix_ms);
    }
    const auto added = db.run(
        "INSERT INTO stats_log (source, source_event, kind, at, body, subject) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (source, source_event) DO NOTHING",
        source, e.id, e.kind, e.at, body, subject);
    if (added == 0) return;
    const auto position = db.last_insert_rowid();
    project(db, e.kind, e.at, body);
    db.run("UPDATE stats_totals SET position = ?1", position);
    if (subject && is_end(e.kind)) store::forget_what_ended(db, *subject, position);
}

rebuilt project_all(sqlite::connection& db) {
    rebuilt out;
    const auto before = digest_of_projections(db);
    clear_projections(db);
    std::int64_t position = 0;
    auto rows = db.query("SELECT id, kind, at, body FROM stats_log ORDER BY id");
    while (rows.step()) {
        position = rows.integer(0);
        project(db, rows.text(1), rows.time(2), rows.text(3));
        ++out.entries;
    }
    db.run("UPDATE stats_totals SET position = ?1", position);
    out.digest = digest_of_projections(db);
    out.same = out.digest == before;
    return out;
}

}  // namespace

void store::follow(sqlite::connection& db, std::string_view feed, const events::event& e,
                   const std::optional<std::string>& subject) {
    log_and_project(db, feed, e, e.body, subject);
}

void store::follow_views(sqlite::connection& db, const posts::views_counted& what,
                         const events::event& e) {
    const auto day = day_of(e.at);
    if (db.query("SELECT 1 FROM stats_folded WHERE ?1 < retold_before", e.at).step()) return;
    fold_log(db, day);
    bool is_flooded = false;
    {
        auto row =
            db.query("SELECT visitors FROM stats_days WHERE article_id = 0 AND day = ?1", day);
        is_flooded = row.step() && row.integer(0) >= visitors_seen_max;
    }
    const std::string body = is_flooded ? encode(without_details(what)) : e.body;
    log_and_project(db, "posts", e, body, std::nullopt);
}

void store::start_over(sqlite::connection& db, std::string_view feed) {
    db.run(
        "DELETE FROM stats_log WHERE subject IS NOT NULL AND "
        "(source = ?1 OR substr(source, 1, length(?1) + 1) = ?1 || '@')",
        feed);
    if (feed == "posts") {
        std::int64_t folded = 0;
        if (auto row = db.query("SELECT day FROM stats_folded"); row.step())
            folded = row.integer(0);
        db.run("UPDATE stats_folded SET retold_before = ?1", start_of(folded));
    }
    project_all(db);
}

result<blog_stats> store::figures(const query_context& context, std::int64_t today) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        blog_stats out;
        auto row = db.query("SELECT articles, users, comments, views, visitors FROM stats_totals");
        if (row.step())
            out = {row.integer(0), row.integer(1), row.integer(2),
                   row.integer(3), row.integer(4), {}};
        out.daily = daily_of(db, 0, today);
        return out;
    });
}

result<article_stats> store::figures_of(const query_context& context, std::int64_t article_id,
                                        std::int64_t today) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        article_stats out;
        auto row = db.query(
            "SELECT views, visitors, favorites, comments FROM stats_articles "
            "WHERE article_id = ?1",
            article_id);
        if (row.step())
            out = {row.integer(0), row.integer(1), row.integer(2), row.integer(3), {}, {}};
        out.daily = daily_of(db, article_id, today);
        auto hosts = db.query(
            "SELECT host, sum(views) AS seen FROM stats_referrers WHERE article_id = ?1 "
            "GROUP BY host ORDER BY seen DESC, host LIMIT ?2",
            article_id, referrers_told_max);
        while (hosts.step())
            out.referrers.push_back({std::string(hosts.text(0)), hosts.integer(1)});
        return out;
    });
}

task<top_list> store::top(query_context context, std::int64_t first_day, std::int64_t limit) {
    auto search = [first_day, limit](sqlite::connection& db) {
        top_list out;
        auto rows = db.query(
            "SELECT a.slug, a.title, t.seen, t.who FROM (SELECT article_id, sum(views) AS seen, "
            "sum(visitors) AS who FROM stats_days WHERE day >= ?1 AND article_id > 0 "
            "GROUP BY article_id) t JOIN stats_articles a ON a.article_id = t.article_id "
            "WHERE a.state = 1 ORDER BY t.seen DESC, t.who DESC, a.article_id DESC LIMIT ?2",
            first_day, limit);
        while (rows.step())
            out.articles.push_back({std::string(rows.text(0)), std::string(rows.text(1)),
                                    rows.integer(2), rows.integer(3)});
        return out;
    };
    return given_.store.read_slow(context.deadline, std::move(search));
}

task<rebuilt> store::rebuild(command_context context) {
    auto job = [](sqlite::connection& db) -> result<rebuilt> { return project_all(db); };
    return given_.store.writer().submit<rebuilt>(context, std::move(job));
}

void store::catch_up() {
    const auto done = given_.store.writer().submit_blocking<nothing>([](sqlite::connection& db) {
        auto row = db.query(
            "SELECT position < (SELECT coalesce(max(id), 0) FROM stats_log) "
            "FROM stats_totals");
        if (row.step() && row.integer(0) != 0) project_all(db);
        return result<nothing>(nothing{});
    });
    if (!done) throw std::runtime_error("stats could not be made from its log");
}

}  // namespace cleave::stats
