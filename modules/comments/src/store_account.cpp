#include "store_account.hpp"

namespace cleave::comments {

namespace {

constexpr std::int64_t comments_a_job = 1'000, articles_a_job = 20;

bool is_erased(sqlite::connection& db, std::int64_t id) {
    return db.query("SELECT 1 FROM comments_closed_accounts WHERE id = ?1 AND erased = 1", id)
        .step();
}

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

bool is_closed(sqlite::connection& db, std::int64_t account_id) {
    return db.query("SELECT 1 FROM comments_closed_accounts WHERE id = ?1", account_id).step();
}

void close_account(sqlite::connection& db, std::int64_t id) {
    db.run("INSERT INTO comments_closed_accounts VALUES (?1, 0) ON CONFLICT DO NOTHING", id);
}

void reopen_account(sqlite::connection& db, std::int64_t id) {
    db.run("DELETE FROM comments_closed_accounts WHERE id = ?1 AND erased = 0", id);
}

bool erase_account(sqlite::connection& db, store& comments, events::outbox& outbox, std::int64_t id,
                   timestamp at) {
    if (is_erased(db, id)) return true;
    close_account(db, id);
    if (!remove_comments(db, outbox, id, at)) return false;
    if (!remove_articles(db, comments, id, at)) return false;
    db.run("DELETE FROM comments_authors WHERE id = ?1", id);
    erase_traces(db, id);
    db.run("UPDATE comments_closed_accounts SET erased = 1 WHERE id = ?1", id);
    return true;
}

void forget_closed_accounts(sqlite::connection& db) {
    db.run("DELETE FROM comments_closed_accounts");
}

}  // namespace cleave::comments
