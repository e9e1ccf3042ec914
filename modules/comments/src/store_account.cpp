#include "store_account.hpp"

namespace cleave::comments {

namespace {

constexpr std::int64_t comments_a_job = 1'000, articles_a_job = 20;

// True: that was the last of them.
bool remove_comments(sqlite::connection& db, events::outbox& outbox, std::int64_t id,
                     timestamp at) {
    std::vector<comment_deleted> some;
    {
        auto rows = db.query(
            "SELECT id, article_id FROM comments_comments WHERE author_id = ?1 "
            "ORDER BY id LIMIT ?2",
            id, comments_a_job);
        while (rows.step()) some.push_back({rows.integer(0), rows.integer(1)});
    }
    for (const auto& gone : some) {
        db.run("DELETE FROM comments_comments WHERE id = ?1", gone.comment_id);
        outbox.append(db, gone.article_id, at, gone);
    }
    return some.size() < static_cast<std::size_t>(comments_a_job);
}

// What is here of its articles: posts' events say the same of all of them, later.
bool remove_articles(sqlite::connection& db, store& comments, std::int64_t id, timestamp at) {
    std::vector<std::int64_t> some;
    {
        auto rows = db.query("SELECT id FROM comments_articles WHERE author_id = ?1 LIMIT ?2", id,
                             articles_a_job);
        while (rows.step()) some.push_back(rows.integer(0));
    }
    for (const auto article : some) comments.remove_article(db, article, at);
    return some.size() < static_cast<std::size_t>(articles_a_job);
}

// Whatever the log, kept answers and parked events say of the person, or of what they wrote. One
// pass over the log: the text is looked at before it is read as JSON.
void erase_traces(sqlite::connection& db, std::int64_t id) {
    const auto author = fmt::format("\"author_id\":{}", id);
    db.run(
        "DELETE FROM comments_outbox WHERE kind = 'comment_written' AND instr(body, ?2) > 0 "
        "AND (json_extract(body, '$.author_id') = ?1 "
        "OR json_extract(body, '$.article.author_id') = ?1)",
        id, author);
    const auto scopes = fmt::format("*:{}", id);
    db.run("DELETE FROM comments_answers WHERE scope GLOB ?1", scopes);
    db.run(
        "DELETE FROM comments_parked WHERE feed = 'users' AND key = ?1 "
        "AND kind = 'profile_changed'",
        id);
    db.run(
        "DELETE FROM comments_parked WHERE feed = 'posts' AND kind <> 'article_deleted' "
        "AND json_extract(body, '$.article.author_id') = ?1",
        id);
}

}  // namespace

const saga::closed_accounts& closed_accounts() {
    static const saga::closed_accounts all("comments");
    return all;
}

bool erase_account(sqlite::connection& db, store& comments, events::outbox& outbox, std::int64_t id,
                   timestamp at) {
    const auto& closed = closed_accounts();
    if (closed.is_erased(db, id)) return true;
    closed.close(db, id);
    if (!remove_comments(db, outbox, id, at)) return false;
    if (!remove_articles(db, comments, id, at)) return false;
    db.run("DELETE FROM comments_authors WHERE id = ?1", id);
    erase_traces(db, id);
    closed.mark_erased(db, id);
    return true;
}

}  // namespace cleave::comments
