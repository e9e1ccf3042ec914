#include "store.hpp"

#include <events/once.hpp>

#include "store_account.hpp"

namespace cleave::comments {

namespace {

comment read_comment(const sqlite::statement& row) {
    comment c;
    c.id = row.integer(0);
    c.body = row.text(1);
    c.created_at = row.time(2);
    c.updated_at = row.time(3);
    c.author.id = row.integer(4);
    c.author.username = row.text(5);
    c.author.bio = row.optional_text(6);
    c.author.image = row.optional_text(7);
    return c;
}

constexpr std::string_view comment_by_id =
    "SELECT c.id, c.body, c.created_at, c.updated_at, u.id, u.username, u.bio, u.image "
    "FROM comments_comments c JOIN comments_authors u ON u.id = c.author_id WHERE c.id = ?1";

comment read_one(sqlite::connection& db, std::int64_t id) {
    auto row = db.query(comment_by_id, id);
    row.step();
    return read_comment(row);
}

bool is_deleted(sqlite::connection& db, std::int64_t article_id) {
    return db.query("SELECT 1 FROM comments_deleted_articles WHERE id = ?1", article_id).step();
}

// Whether the caller may change the comment, which must be on that article.
result<void> check_editor(sqlite::connection& db, const identity& caller, std::int64_t article_id,
                          std::int64_t id) {
    auto row = db.query("SELECT author_id FROM comments_comments WHERE id = ?1 AND article_id = ?2",
                        id, article_id);
    if (!row.step()) return fail(errc::not_found, "comment", "not found");
    if (row.integer(0) == caller.user_id || caller.role >= role::moderator) return {};
    return fail(errc::forbidden, "comment", "forbidden");
}

}  // namespace

void store::keep_author(sqlite::connection& db, const users::profile& p) {
    if (closed_accounts().contain(db, p.id)) return;
    db.run(
        "INSERT INTO comments_authors (id, username, bio, image, version) "
        "VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (id) DO UPDATE SET username = excluded.username, bio = excluded.bio, "
        "image = excluded.image, version = excluded.version WHERE excluded.version > version",
        p.id, p.username, p.bio, p.image, p.version);
}

void store::keep_article(sqlite::connection& db, const posts::article_ref& a) {
    if (is_deleted(db, a.id) || closed_accounts().contain(db, a.author_id)) return;
    db.run(
        "INSERT INTO comments_articles (id, slug, title, author_id) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, title = excluded.title",
        a.id, a.slug, a.title, a.author_id);
}

void store::doubt_authors(sqlite::connection& db) {
    db.run("UPDATE comments_authors SET version = 0");
}

void store::forget_articles(sqlite::connection& db) {
    db.run("DELETE FROM comments_articles");
    db.run("DELETE FROM comments_deleted_articles");
}

void store::remove_article(sqlite::connection& db, std::int64_t id, timestamp at) {
    db.run("INSERT OR IGNORE INTO comments_deleted_articles (id) VALUES (?1)", id);
    db.run("DELETE FROM comments_articles WHERE id = ?1", id);
    auto rows = db.query("SELECT id FROM comments_comments WHERE article_id = ?1 ORDER BY id", id);
    while (rows.step()) given_.outbox.append(db, id, at, comment_deleted{rows.integer(0), id});
    db.run("DELETE FROM comments_comments WHERE article_id = ?1", id);
}

result<comment> store::insert(sqlite::connection& db, const new_comment& what) {
    if (is_deleted(db, what.article.id) || closed_accounts().contain(db, what.article.author_id))
        return fail(errc::not_found, "article", "not found");
    if (closed_accounts().contain(db, what.author_id))
        return fail(errc::unauthenticated, "token", "is invalid");
    if (what.author) keep_author(db, *what.author);
    db.run(
        "INSERT INTO comments_comments (article_id, author_id, body, created_at, "
        "updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        what.article.id, what.author_id, what.body, what.created_at);
    comment made = read_one(db, db.last_insert_rowid());
    const comment_written event{made.id, what.article, made.author.id, made.author.username,
                                what.mentioned_ids};
    given_.outbox.append(db, what.article.id, what.created_at, event);
    return made;
}

task<comment> store::add(command_context context, new_comment what) {
    auto job = [this, context, what = std::move(what)](sqlite::connection& db) -> result<comment> {
        const events::once once{given_.outbox, context, "create", what.created_at};
        return once(db, [&]() -> result<comment> { return insert(db, what); });
    };
    return given_.outbox.commit<comment>(context, std::move(job));
}

task<comment> store::change(command_context context, std::int64_t article_id, change_request what) {
    auto job = [this, context, article_id, what = std::move(what),
                now = given_.clock.now()](sqlite::connection& db) -> result<comment> {
        const events::once once{given_.outbox, context, "change", now};
        return once(db, [&]() -> result<comment> {
            if (auto may = check_editor(db, context.caller, article_id, what.id); !may)
                return fail(std::move(may.error()));
            db.run(
                "UPDATE comments_comments SET body = ?2, updated_at = max(?3, updated_at + 1) "
                "WHERE id = ?1",
                what.id, what.body, now);
            return read_one(db, what.id);
        });
    };
    return given_.outbox.commit<comment>(context, std::move(job));
}

task<nothing> store::remove(command_context context, std::int64_t article_id, std::int64_t id) {
    auto job = [this, context, article_id, id,
                now = given_.clock.now()](sqlite::connection& db) -> result<nothing> {
        const events::once once{given_.outbox, context, "remove", now};
        return once(db, [&]() -> result<nothing> {
            if (auto may = check_editor(db, context.caller, article_id, id); !may)
                return fail(std::move(may.error()));
            db.run("DELETE FROM comments_comments WHERE id = ?1", id);
            given_.outbox.append(db, article_id, now, comment_deleted{id, article_id});
            return nothing{};
        });
    };
    return given_.outbox.commit<nothing>(context, std::move(job));
}

result<comment_list> store::list(const query_context& context, std::int64_t article_id,
                                 std::int64_t limit) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        comment_list out;
        auto rows = db.query(
            "SELECT c.id, c.body, c.created_at, c.updated_at, u.id, u.username, u.bio, u.image "
            "FROM comments_comments c JOIN comments_authors u ON u.id = c.author_id "
            "WHERE c.article_id = ?1 ORDER BY c.id LIMIT ?2",
            article_id, limit);
        while (rows.step()) out.comments.push_back(read_comment(rows));
        return out;
    });
}

result<std::optional<std::int64_t>> store::find_article(const query_context& context,
                                                        std::string_view slug) {
    return given_.store.try_read(
        context.deadline, [&](sqlite::connection& db) -> std::optional<std::int64_t> {
            auto row = db.query(
                "SELECT id FROM comments_articles WHERE slug = ?1 ORDER BY id DESC LIMIT 1", slug);
            if (!row.step()) return std::nullopt;
            return row.integer(0);
        });
}

result<bool> store::knows_author(const query_context& context, std::int64_t id) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        return db.query("SELECT 1 FROM comments_authors WHERE id = ?1", id).step();
    });
}

result<std::vector<std::int64_t>> store::find_mentioned(const query_context& context,
                                                        const std::vector<mention>& mentions) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        std::vector<std::int64_t> found(mentions.size());
        for (std::size_t i = 0; i < mentions.size(); ++i)
            for (const auto& name : mentions[i]) {
                auto row = db.query(
                    "SELECT id FROM comments_authors WHERE username = ?1 COLLATE NOCASE "
                    "ORDER BY id DESC LIMIT 1",
                    name);
                if (!row.step()) continue;
                found[i] = row.integer(0);
                break;
            }
        return found;
    });
}

}  // namespace cleave::comments
