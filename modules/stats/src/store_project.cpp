#include "store_project.hpp"

#include <sodium.h>

#include <base/encoding.hpp>
#include <comments/api.hpp>
#include <contract/codec.hpp>
#include <map>
#include <posts/api.hpp>
#include <set>
#include <stdexcept>
#include <users/api.hpp>

#include "rules.hpp"

namespace cleave::stats {

namespace {

enum state : std::int64_t { unheard, published, gone };

// Makes the article's row where there is none; whether it still takes figures.
bool takes_figures(sqlite::connection& db, std::int64_t article_id) {
    db.run(
        "INSERT INTO stats_articles (article_id, views) VALUES (?1, 0) "
        "ON CONFLICT (article_id) DO NOTHING",
        article_id);
    auto row = db.query("SELECT state FROM stats_articles WHERE article_id = ?1", article_id);
    return row.step() && row.integer(0) != gone;
}

struct sums {
    std::int64_t views = 0, visitors = 0;
};

// To what is known of an article (0: of the whole blog). False, and nothing: it is gone.
bool add(sqlite::connection& db, std::int64_t article_id, sums more) {
    if (article_id == 0)
        return db.run("UPDATE stats_totals SET views = views + ?1, visitors = visitors + ?2",
                      more.views, more.visitors) > 0;
    return db.run(
               "INSERT INTO stats_articles (article_id, views, visitors) VALUES (?1, ?2, ?3) "
               "ON CONFLICT (article_id) DO UPDATE SET views = views + excluded.views, "
               "visitors = visitors + excluded.visitors WHERE state <> 2",
               article_id, more.views, more.visitors) > 0;
}

// The same, of one day.
bool add(sqlite::connection& db, std::int64_t article_id, std::int64_t day, sums more) {
    if (!add(db, article_id, more)) return false;
    db.run(
        "INSERT INTO stats_days (article_id, day, views, visitors) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (article_id, day) DO UPDATE SET views = views + excluded.views, "
        "visitors = visitors + excluded.visitors",
        article_id, day, more.views, more.visitors);
    return true;
}

void add_referrer(sqlite::connection& db, std::int64_t article_id, std::int64_t day,
                  std::string_view host, std::int64_t views) {
    const auto known = db.run(
        "UPDATE stats_referrers SET views = views + ?4 "
        "WHERE article_id = ?1 AND day = ?2 AND host = ?3",
        article_id, day, host, views);
    if (known > 0) return;
    db.run(
        "INSERT INTO stats_referrers (article_id, day, host, views) SELECT ?1, ?2, ?3, ?4 "
        "WHERE (SELECT count(*) FROM stats_referrers WHERE article_id = ?1 AND day = ?2) < ?5",
        article_id, day, host, views, referrers_seen_max);
}

bool is_first_visit(sqlite::connection& db, std::int64_t day, std::int64_t article_id,
                    const std::optional<std::int64_t>& visitor) {
    return visitor && db.run(
                          "INSERT INTO stats_visitors (day, article_id, visitor) "
                          "VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                          day, article_id, *visitor) > 0;
}

// Thousands of articles may be in it, each looked at by many: what becomes one row is summed first.
void apply(sqlite::connection& db, timestamp at, const posts::views_counted& e) {
    const auto day = day_of(at);
    std::map<std::int64_t, sums> by_article;
    std::set<std::int64_t> visitors;
    sums all;
    for (const auto& c : e.counts) {
        auto& one = by_article[c.article_id];
        one.views += c.views;
        one.visitors += is_first_visit(db, day, c.article_id, c.visitor) ? 1 : 0;
        all.views += c.views;
        if (c.visitor) visitors.insert(*c.visitor);
    }
    for (const auto visitor : visitors) all.visitors += is_first_visit(db, day, 0, visitor) ? 1 : 0;
    add(db, 0, day, all);
    std::erase_if(by_article, [&](const auto& a) { return !add(db, a.first, day, a.second); });
    for (const auto& c : e.counts)
        if (c.referrer_host && by_article.contains(c.article_id))
            add_referrer(db, c.article_id, day, *c.referrer_host, c.views);
}

void apply(sqlite::connection& db, timestamp, const views_folded& e) {
    if (!add(db, e.article_id, e.day, {e.views, e.visitors})) return;
    for (const auto& r : e.referrers) add_referrer(db, e.article_id, e.day, r.host, r.views);
}

void apply(sqlite::connection& db, timestamp, const views_before& e) {
    add(db, e.article_id, {e.views, e.visitors});
}

void name_article(sqlite::connection& db, const posts::article_ref& a) {
    if (!takes_figures(db, a.id)) return;
    const auto is_new =
        db.run("UPDATE stats_articles SET state = 1 WHERE article_id = ?1 AND state = 0", a.id);
    if (is_new > 0) db.run("UPDATE stats_totals SET articles = articles + 1");
    db.run("UPDATE stats_articles SET slug = ?2, title = ?3 WHERE article_id = ?1", a.id, a.slug,
           a.title);
}

void apply(sqlite::connection& db, timestamp, const posts::article_published& e) {
    name_article(db, e.article);
}

void apply(sqlite::connection& db, timestamp, const posts::article_changed& e) {
    name_article(db, e.article);
}

// The row stays, empty: later news of the article find that it is gone.
void apply(sqlite::connection& db, timestamp, const posts::article_deleted& e) {
    const auto id = e.article.id;
    if (!takes_figures(db, id)) return;
    db.run(
        "UPDATE stats_totals SET articles = articles - 1 "
        "WHERE (SELECT state FROM stats_articles WHERE article_id = ?1) = 1",
        id);
    db.run(
        "UPDATE stats_articles SET state = 2, slug = '', title = '', views = 0, visitors = 0, "
        "favorites = 0, comments = 0 WHERE article_id = ?1",
        id);
    db.run("DELETE FROM stats_days WHERE article_id = ?1", id);
    db.run("DELETE FROM stats_referrers WHERE article_id = ?1", id);
    db.run("DELETE FROM stats_favorites WHERE article_id = ?1", id);
}

void apply(sqlite::connection& db, timestamp, const posts::article_favorited& e) {
    if (!takes_figures(db, e.article.id)) return;
    const auto added = db.run(
        "INSERT INTO stats_favorites (article_id, user_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        e.article.id, e.user_id);
    db.run("UPDATE stats_articles SET favorites = favorites + ?2 WHERE article_id = ?1",
           e.article.id, added);
}

void apply(sqlite::connection& db, timestamp, const posts::article_unfavorited& e) {
    if (!takes_figures(db, e.article.id)) return;
    const auto removed =
        db.run("DELETE FROM stats_favorites WHERE article_id = ?1 AND user_id = ?2", e.article.id,
               e.user_id);
    if (removed > 0)
        db.run("UPDATE stats_articles SET favorites = favorites - ?2 WHERE article_id = ?1",
               e.article.id, removed);
}

void count_comment(sqlite::connection& db, std::int64_t article_id, std::int64_t change) {
    db.run("UPDATE stats_totals SET comments = comments + ?1", change);
    if (takes_figures(db, article_id))
        db.run("UPDATE stats_articles SET comments = comments + ?2 WHERE article_id = ?1",
               article_id, change);
}

void apply(sqlite::connection& db, timestamp, const comments::comment_written& e) {
    const auto added = db.run(
        "INSERT INTO stats_comments (id, article_id, alive) VALUES (?1, ?2, 1) "
        "ON CONFLICT DO NOTHING",
        e.comment_id, e.article.id);
    if (added > 0) count_comment(db, e.article.id, 1);
}

void apply(sqlite::connection& db, timestamp, const comments::comment_deleted& e) {
    const auto died =
        db.run("UPDATE stats_comments SET alive = 0 WHERE id = ?1 AND alive = 1", e.comment_id);
    db.run(
        "INSERT INTO stats_comments (id, article_id, alive) VALUES (?1, ?2, 0) "
        "ON CONFLICT DO NOTHING",
        e.comment_id, e.article_id);
    count_comment(db, e.article_id, -died);
}

void apply(sqlite::connection& db, timestamp, const users::profile_changed& e) {
    const auto added =
        db.run("INSERT INTO stats_users (id) VALUES (?1) ON CONFLICT DO NOTHING", e.profile.id);
    db.run("UPDATE stats_totals SET users = users + ?1", added);
}

void apply(sqlite::connection& db, timestamp, const users::account_erased& e) {
    const auto left =
        db.run("UPDATE stats_users SET gone = 1 WHERE id = ?1 AND gone = 0", e.user_id);
    db.run("INSERT INTO stats_users (id, gone) VALUES (?1, 1) ON CONFLICT DO NOTHING", e.user_id);
    db.run("UPDATE stats_totals SET users = users - ?1", left);
}

template <class Event>
bool apply_as(sqlite::connection& db, std::string_view kind, timestamp at, std::string_view body) {
    if (kind != Event::kind) return false;
    const auto read = decode<Event>(body);
    if (!read) throw std::runtime_error("unreadable entry: " + read.error().detail);
    apply(db, at, *read);
    return true;
}

template <class... Events>
void apply_as_any(sqlite::connection& db, std::string_view kind, timestamp at,
                  std::string_view body) {
    (apply_as<Events>(db, kind, at, body) || ...);
}

}  // namespace

void project(sqlite::connection& db, std::string_view kind, timestamp at, std::string_view body) {
    apply_as_any<posts::views_counted, views_folded, views_before, posts::article_published,
                 posts::article_changed, posts::article_deleted, posts::article_favorited,
                 posts::article_unfavorited, comments::comment_written, comments::comment_deleted,
                 users::profile_changed, users::account_erased>(db, kind, at, body);
}

void clear_projections(sqlite::connection& db) {
    db.run("DELETE FROM stats_articles");
    db.run("DELETE FROM stats_users");
    db.run("DELETE FROM stats_comments");
    db.run("DELETE FROM stats_favorites");
    db.run("DELETE FROM stats_days");
    db.run("DELETE FROM stats_visitors");
    db.run("DELETE FROM stats_referrers");
    db.run(
        "UPDATE stats_totals SET position = 0, articles = 0, users = 0, comments = 0, views = 0, "
        "visitors = 0");
}

std::string digest_of_projections(sqlite::connection& db) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, crypto_generichash_BYTES);
    const auto add = [&](std::string_view sql, int columns) {
        auto rows = db.query(sql);
        while (rows.step())
            for (int i = 0; i < columns; ++i) {
                // Each with its end, so that no two rows are the same bytes.
                const std::string cell = std::string(rows.text(i)) + '\0';
                crypto_generichash_update(&state, as_bytes(cell).data(), cell.size());
            }
    };
    add("SELECT articles, users, comments, views, visitors FROM stats_totals", 5);
    add("SELECT article_id, state, slug, title, views, visitors, favorites, comments "
        "FROM stats_articles ORDER BY article_id",
        8);
    add("SELECT id, gone FROM stats_users ORDER BY id", 2);
    add("SELECT id, article_id, alive FROM stats_comments ORDER BY id", 3);
    add("SELECT article_id, user_id FROM stats_favorites ORDER BY article_id, user_id", 2);
    add("SELECT article_id, day, views, visitors FROM stats_days ORDER BY article_id, day", 4);
    add("SELECT day, article_id, visitor FROM stats_visitors ORDER BY day, article_id, visitor", 3);
    add("SELECT article_id, day, host, views FROM stats_referrers ORDER BY article_id, day, host",
        4);
    bytes out(crypto_generichash_BYTES);
    crypto_generichash_final(&state, out.data(), out.size());
    return to_hex(out);
}

}  // namespace cleave::stats
