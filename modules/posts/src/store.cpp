#include "store.hpp"

#include <events/once.hpp>

#include "rules.hpp"

namespace cleave::posts {

namespace {

// Column 0 to 12; the body comes last, so that lists leave it out.
article read_article(const sqlite::statement& row) {
    article a;
    a.id = row.integer(0);
    a.slug = row.text(1);
    a.title = row.text(2);
    a.description = row.text(3);
    a.tag_list = split_tags(row.text(4));
    a.favorites_count = row.integer(5);
    a.created_at = row.time(6);
    a.updated_at = row.time(7);
    a.author.id = row.integer(8);
    a.author.username = row.text(9);
    a.author.bio = row.optional_text(10);
    a.author.image = row.optional_text(11);
    return a;
}

std::optional<article> find_in(sqlite::connection& db, std::string_view slug) {
    auto row = db.query(
        "SELECT a.id, a.slug, a.title, a.description, a.tags, a.favorites_count, a.created_at, "
        "a.updated_at, u.id, u.username, u.bio, u.image, a.body "
        "FROM posts_articles a JOIN posts_authors u ON u.id = a.author_id WHERE a.slug = ?1",
        slug);
    if (!row.step()) return std::nullopt;
    article found = read_article(row);
    found.body = std::string(row.text(12));
    return found;
}

}  // namespace

void store::keep_author(sqlite::connection& db, const users::profile& p) {
    db.run(
        "INSERT INTO posts_authors (id, username, bio, image, version) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (id) DO UPDATE SET username = excluded.username, bio = excluded.bio, "
        "image = excluded.image, version = excluded.version WHERE excluded.version > version",
        p.id, p.username, p.bio, p.image, p.version);
}

task<article> store::add(command_context context, new_article what) {
    auto job = [this, context, what = std::move(what)](sqlite::connection& db) -> result<article> {
        const events::once once{given_.outbox, context, "create", what.created_at};
        return once(db, [&]() -> result<article> {
            if (what.author) keep_author(db, *what.author);
            const bool taken =
                db.query("SELECT 1 FROM posts_articles WHERE slug = ?1", what.slug).step();
            const std::string& slug = taken ? what.slug_if_taken : what.slug;
            db.run(
                "INSERT INTO posts_articles (slug, title, description, body, tags, author_id, "
                "created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
                slug, what.title, what.description, what.body, join_tags(what.tags), what.author_id,
                what.created_at);
            const article_ref ref{db.last_insert_rowid(), slug, what.title, what.author_id};
            db.run("UPDATE posts_totals SET articles = articles + 1");
            given_.outbox.append(db, ref.id, what.created_at, article_published{ref});
            return *find_in(db, slug);
        });
    };
    return given_.store.writer().submit<article>(context.deadline, std::move(job));
}

task<nothing> store::publish_views(std::vector<article_views> counts) {
    auto job = [this, event = views_counted{std::move(counts)},
                now = given_.clock.now()](sqlite::connection& db) -> result<nothing> {
        given_.outbox.append(db, 0, now, event);
        return nothing{};
    };
    return given_.store.writer().submit<nothing>(steady_time::max(), std::move(job));
}

result<std::optional<article>> store::find(const query_context& context, std::string_view slug) {
    return given_.store.try_read(context.deadline,
                                 [&](sqlite::connection& db) { return find_in(db, slug); });
}

result<std::optional<article_ref>> store::find_ref(const query_context& context,
                                                   std::string_view slug) {
    return given_.store.try_read(
        context.deadline, [&](sqlite::connection& db) -> std::optional<article_ref> {
            auto row = db.query(
                "SELECT id, slug, title, author_id FROM posts_articles WHERE slug = ?1", slug);
            if (!row.step()) return std::nullopt;
            return article_ref{row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                               row.integer(3)};
        });
}

result<page> store::list(const query_context& context, std::int64_t limit, std::int64_t offset) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        page out;
        auto total = db.query("SELECT articles FROM posts_totals");
        if (total.step()) out.total = total.integer(0);
        out.articles.reserve(static_cast<std::size_t>(limit));
        auto rows = db.query(
            "SELECT a.id, a.slug, a.title, a.description, a.tags, a.favorites_count, "
            "a.created_at, a.updated_at, u.id, u.username, u.bio, u.image "
            "FROM posts_articles a JOIN posts_authors u ON u.id = a.author_id "
            "ORDER BY a.id DESC LIMIT ?1 OFFSET ?2",
            limit, offset);
        while (rows.step()) out.articles.push_back(read_article(rows));
        return out;
    });
}

result<bool> store::knows_author(const query_context& context, std::int64_t id) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        return db.query("SELECT 1 FROM posts_authors WHERE id = ?1", id).step();
    });
}

}  // namespace cleave::posts
