#include "store.hpp"

#include "rules.hpp"
#include "store_account.hpp"
#include "store_rows.hpp"

namespace cleave::posts {

namespace {

constexpr std::string_view from_slug =
    ", a.body FROM posts_slugs s CROSS JOIN posts_articles a ON a.id = s.article_id "
    "CROSS JOIN posts_authors u ON u.id = a.author_id WHERE s.slug = ?2";
constexpr std::string_view from_id =
    " FROM posts_articles a INDEXED BY posts_articles_page "
    "CROSS JOIN posts_authors u ON u.id = a.author_id WHERE a.id = ?2";

}  // namespace

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
    a.favorited = row.integer(12) != 0;
    return a;
}

std::optional<article> find_in(sqlite::connection& db, std::string_view slug, std::int64_t caller) {
    auto row = db.query(caller == 0 ? joined<article_columns, favorite_of_nobody, from_slug>::sql
                                    : joined<article_columns, favorite_of_caller, from_slug>::sql,
                        caller, slug);
    if (!row.step()) return std::nullopt;
    article found = read_article(row);
    found.body.emplace(row.text(13));
    return found;
}

std::optional<article_ref> find_ref_in(sqlite::connection& db, std::string_view slug) {
    auto row = db.query(
        "SELECT a.id, a.slug, a.title, a.author_id FROM posts_slugs s "
        "CROSS JOIN posts_articles a ON a.id = s.article_id WHERE s.slug = ?1",
        slug);
    if (!row.step()) return std::nullopt;
    return article_ref{row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                       row.integer(3)};
}

std::vector<article> read_articles(sqlite::connection& db, const std::vector<std::int64_t>& ids,
                                   std::int64_t caller) {
    const auto sql = caller == 0 ? joined<article_columns, favorite_of_nobody, from_id>::sql
                                 : joined<article_columns, favorite_of_caller, from_id>::sql;
    std::vector<article> out;
    out.reserve(ids.size());
    for (const auto id : ids)
        if (auto row = db.query(sql, caller, id); row.step()) out.push_back(read_article(row));
    return out;
}

void store::keep_author(sqlite::connection& db, const users::profile& p) {
    if (closed_accounts().contain(db, p.id)) return;
    db.run(
        "INSERT INTO posts_authors (id, username, bio, image, version) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (id) DO UPDATE SET username = excluded.username, bio = excluded.bio, "
        "image = excluded.image, version = excluded.version WHERE excluded.version > version",
        p.id, p.username, p.bio, p.image, p.version);
}

void store::doubt_authors(sqlite::connection& db) {
    db.run("UPDATE posts_authors SET version = 0");
}

task<nothing> store::publish_views(const call_context& context, std::vector<article_views> counts) {
    auto job = [this, event = views_counted{std::move(counts)},
                now = given_.clock.now()](sqlite::connection& db) -> result<nothing> {
        given_.outbox.append(db, 0, now, event);
        return nothing{};
    };
    return given_.store.writer().submit<nothing>(context, std::move(job));
}

result<std::optional<article>> store::find(const query_context& context, std::string_view slug) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        return find_in(db, slug, context.caller.user_id);
    });
}

result<std::optional<article_ref>> store::find_ref(const query_context& context,
                                                   std::string_view slug) {
    return given_.store.try_read(context.deadline,
                                 [&](sqlite::connection& db) { return find_ref_in(db, slug); });
}

result<bool> store::knows_author(const query_context& context, std::int64_t id) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        return db.query("SELECT 1 FROM posts_authors WHERE id = ?1", id).step();
    });
}

}  // namespace cleave::posts
