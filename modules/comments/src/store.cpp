#include "store.hpp"

#include <events/once.hpp>

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

}  // namespace

void store::keep_author(sqlite::connection& db, const users::profile& p) {
    db.run(
        "INSERT INTO comments_authors (id, username, bio, image, version) "
        "VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (id) DO UPDATE SET username = excluded.username, bio = excluded.bio, "
        "image = excluded.image, version = excluded.version WHERE excluded.version > version",
        p.id, p.username, p.bio, p.image, p.version);
}

void store::keep_article(sqlite::connection& db, const posts::article_ref& a) {
    db.run(
        "INSERT INTO comments_articles (id, slug, title, author_id) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (id) DO NOTHING",
        a.id, a.slug, a.title, a.author_id);
}

task<comment> store::add(command_context context, new_comment what) {
    auto job = [this, context, what = std::move(what)](sqlite::connection& db) -> result<comment> {
        const events::once once{given_.outbox, context, "create", what.created_at};
        return once(db, [&]() -> result<comment> {
            if (what.author) keep_author(db, *what.author);
            db.run(
                "INSERT INTO comments_comments (article_id, author_id, body, created_at, "
                "updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
                what.article.id, what.author_id, what.body, what.created_at);
            auto row = db.query(
                "SELECT c.id, c.body, c.created_at, c.updated_at, u.id, u.username, u.bio, u.image "
                "FROM comments_comments c JOIN comments_authors u ON u.id = c.author_id "
                "WHERE c.id = ?1",
                db.last_insert_rowid());
            row.step();
            comment made = read_comment(row);
            const comment_written event{made.id, what.article, made.author.id,
                                        made.author.username};
            given_.outbox.append(db, what.article.id, what.created_at, event);
            return made;
        });
    };
    return given_.store.writer().submit<comment>(context.deadline, std::move(job));
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

}  // namespace cleave::comments
