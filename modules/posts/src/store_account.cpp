#include "store_account.hpp"

#include "store_rows.hpp"
#include "store_write.hpp"

namespace cleave::posts {

namespace {

constexpr std::int64_t articles_a_job = 100, favorites_a_job = 1'000;

// True: that was the last of them.
bool remove_articles(sqlite::connection& db, events::outbox& outbox, std::int64_t id,
                     timestamp at) {
    std::vector<std::string> slugs;
    {
        auto rows = db.query("SELECT slug FROM posts_articles WHERE author_id = ?1 LIMIT ?2", id,
                             articles_a_job);
        while (rows.step()) slugs.emplace_back(rows.text(0));
    }
    for (const auto& slug : slugs) {
        const auto old = find_in(db, slug, 0);
        if (!old) throw std::runtime_error("an article cannot be found by its slug");
        remove_article(db, *old);
        // Without its title: the log keeps this for good.
        outbox.append(db, old->id, at, article_deleted{{old->id, "", "", id}});
    }
    return slugs.size() < static_cast<std::size_t>(articles_a_job);
}

bool remove_favorites_of(sqlite::connection& db, events::outbox& outbox, std::int64_t id,
                         timestamp at) {
    std::vector<article_ref> liked;
    {
        auto rows = db.query(
            "SELECT a.id, a.slug, a.title, a.author_id FROM posts_favorites f "
            "JOIN posts_articles a ON a.id = f.article_id WHERE f.user_id = ?1 LIMIT ?2",
            id, favorites_a_job);
        while (rows.step())
            liked.push_back({rows.integer(0), std::string(rows.text(1)), std::string(rows.text(2)),
                             rows.integer(3)});
    }
    for (const auto& article : liked)
        if (set_favorite(db, id, article.id, false))
            outbox.append(db, article.id, at, article_unfavorited{article, id});
    return liked.size() < static_cast<std::size_t>(favorites_a_job);
}

// Whatever the log, kept answers and parked events say of the person. One pass over the log: the
// text is looked at before it is read as JSON.
void erase_traces(sqlite::connection& db, std::int64_t id) {
    const auto author = fmt::format("\"author_id\":{}}}", id);
    db.run(
        "DELETE FROM posts_outbox WHERE kind IN ('article_published', 'article_changed', "
        "'article_favorited', 'article_unfavorited') AND instr(body, ?2) > 0 "
        "AND json_extract(body, '$.article.author_id') = ?1",
        id, author);
    db.run(
        "UPDATE posts_outbox SET body = json_set(body, '$.article.slug', '', "
        "'$.article.title', '') WHERE kind = 'article_deleted' AND instr(body, ?2) > 0 "
        "AND json_extract(body, '$.article.author_id') = ?1",
        id, author);
    const auto scopes = fmt::format("*:{}", id);
    db.run("DELETE FROM posts_answers WHERE scope GLOB ?1", scopes);
    db.run(
        "DELETE FROM posts_parked WHERE feed = 'users' AND key = ?1 AND kind = 'profile_changed'",
        id);
}

}  // namespace

const saga::closed_accounts& closed_accounts() {
    static const saga::closed_accounts all("posts");
    return all;
}

bool erase_account(sqlite::connection& db, events::outbox& outbox, std::int64_t id, timestamp at) {
    const auto& closed = closed_accounts();
    if (closed.is_erased(db, id)) return true;
    closed.close(db, id);
    if (!remove_articles(db, outbox, id, at)) return false;
    if (!remove_favorites_of(db, outbox, id, at)) return false;
    db.run("DELETE FROM posts_favorite_totals WHERE user_id = ?1", id);
    db.run("DELETE FROM posts_authors WHERE id = ?1", id);
    erase_traces(db, id);
    closed.mark_erased(db, id);
    return true;
}

}  // namespace cleave::posts
