// What changes articles: each change in a transaction with its event, its totals and its words.
#include <events/once.hpp>

#include "rules.hpp"
#include "store.hpp"
#include "store_account.hpp"
#include "store_rows.hpp"
#include "store_search.hpp"
#include "store_write.hpp"

namespace cleave::posts {

namespace {

std::unexpected<problem> no_article() {
    return fail(errc::not_found, "article", "not found");
}

// Its author, or a moderator.
bool may_edit(const identity& caller, const article& a) {
    return caller.user_id == a.author.id || caller.role >= role::moderator;
}

article_ref ref_of(const article& a) {
    return {a.id, a.slug, a.title, a.author.id};
}

// The wanted slug where no article has or had it, but perhaps this one.
std::string free_slug(sqlite::connection& db, std::int64_t id, const std::string& wanted,
                      const std::string& if_taken) {
    if (is_reserved_slug(wanted)) return if_taken;
    auto row = db.query("SELECT article_id FROM posts_slugs WHERE slug = ?1", wanted);
    return row.step() && row.integer(0) != id ? if_taken : wanted;
}

void keep_slug(sqlite::connection& db, std::int64_t id, const std::string& slug) {
    db.run("INSERT OR IGNORE INTO posts_slugs (slug, article_id) VALUES (?1, ?2)", slug, id);
}

void add_tags(sqlite::connection& db, std::int64_t id, const std::vector<std::string>& tags) {
    for (const auto& tag : tags) {
        db.run("INSERT INTO posts_tags (tag, article_id) VALUES (?1, ?2)", tag, id);
        db.run(
            "INSERT INTO posts_tag_totals (tag, articles) VALUES (?1, 1) "
            "ON CONFLICT (tag) DO UPDATE SET articles = articles + 1",
            tag);
    }
}

void remove_tags(sqlite::connection& db, std::int64_t id, const std::vector<std::string>& tags) {
    for (const auto& tag : tags) {
        db.run("DELETE FROM posts_tags WHERE tag = ?1 AND article_id = ?2", tag, id);
        db.run("UPDATE posts_tag_totals SET articles = articles - 1 WHERE tag = ?1", tag);
        db.run("DELETE FROM posts_tag_totals WHERE tag = ?1 AND articles = 0", tag);
    }
}

void count_article(sqlite::connection& db, std::int64_t author_id, int more) {
    db.run("UPDATE posts_totals SET articles = articles + ?1", more);
    db.run("UPDATE posts_authors SET articles = articles + ?2 WHERE id = ?1", author_id, more);
}

void remove_favorites(sqlite::connection& db, std::int64_t id) {
    db.run(
        "UPDATE posts_favorite_totals SET articles = articles - 1 WHERE user_id IN "
        "(SELECT user_id FROM posts_favorites WHERE article_id = ?1)",
        id);
    db.run("DELETE FROM posts_favorites WHERE article_id = ?1", id);
}

std::unexpected<problem> account_is_gone() {
    return fail(errc::unauthenticated, "token", "is invalid");
}

}  // namespace

bool set_favorite(sqlite::connection& db, std::int64_t user_id, std::int64_t id, bool wanted) {
    const auto changed =
        wanted ? db.run(
                     "INSERT OR IGNORE INTO posts_favorites (user_id, article_id) "
                     "VALUES (?1, ?2)",
                     user_id, id)
               : db.run("DELETE FROM posts_favorites WHERE user_id = ?1 AND article_id = ?2",
                        user_id, id);
    if (changed == 0) return false;
    const int more = wanted ? 1 : -1;
    db.run("UPDATE posts_articles SET favorites_count = favorites_count + ?2 WHERE id = ?1", id,
           more);
    db.run(
        "INSERT INTO posts_favorite_totals (user_id, articles) VALUES (?1, ?2) "
        "ON CONFLICT (user_id) DO UPDATE SET articles = articles + ?2",
        user_id, more);
    return true;
}

void remove_article(sqlite::connection& db, const article& a) {
    remove_words(db, a);
    remove_tags(db, a.id, a.tag_list);
    remove_favorites(db, a.id);
    db.run("DELETE FROM posts_slugs WHERE article_id = ?1", a.id);
    db.run("DELETE FROM posts_articles WHERE id = ?1", a.id);
    count_article(db, a.author.id, -1);
}

article store::insert(sqlite::connection& db, const new_article& what) {
    if (what.author) keep_author(db, *what.author);
    const std::string slug = free_slug(db, 0, what.slug, what.slug_if_taken);
    db.run(
        "INSERT INTO posts_articles (slug, title, description, body, tags, author_id, "
        "created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
        slug, what.title, what.description, what.body, join_tags(what.tags), what.author_id,
        what.created_at);
    const std::int64_t id = db.last_insert_rowid();
    keep_slug(db, id, slug);
    add_tags(db, id, what.tags);
    count_article(db, what.author_id, 1);
    article made = *find_in(db, slug, what.author_id);
    add_words(db, made);
    given_.outbox.append(db, id, what.created_at, article_published{ref_of(made)});
    return made;
}

task<article> store::add(command_context context, new_article what) {
    auto job = [this, context, what = std::move(what)](sqlite::connection& db) -> result<article> {
        const events::once once{given_.outbox, context, "create", what.created_at};
        return once(db, [&]() -> result<article> {
            if (closed_accounts().contain(db, what.author_id)) return account_is_gone();
            return insert(db, what);
        });
    };
    return given_.outbox.commit<article>(context, std::move(job));
}

task<article> store::change(command_context context, changed_article what) {
    auto job = [this, context, what = std::move(what)](sqlite::connection& db) -> result<article> {
        const events::once once{given_.outbox, context, "change", what.at};
        return once(db, [&]() -> result<article> {
            const auto old = find_in(db, what.of, context.caller.user_id);
            if (!old) return no_article();
            if (!may_edit(context.caller, *old))
                return fail(errc::forbidden, "article", "forbidden");
            // A title that makes the same slug keeps the one that the article has.
            const bool renamed = what.title && make_slug(old->title) != what.slug;
            const std::string slug =
                renamed ? free_slug(db, old->id, what.slug, what.slug_if_taken) : old->slug;
            const timestamp at{std::max(what.at.unix_ms, old->updated_at.unix_ms + 1)};
            const auto& tags = what.tags ? *what.tags : old->tag_list;
            if (what.tags) {
                remove_tags(db, old->id, old->tag_list);
                add_tags(db, old->id, tags);
            }
            remove_words(db, *old);
            db.run(
                "UPDATE posts_articles SET slug = ?2, title = coalesce(?3, title), "
                "description = coalesce(?4, description), body = coalesce(?5, body), tags = ?6, "
                "updated_at = ?7 WHERE id = ?1",
                old->id, slug, what.title, what.description, what.body, join_tags(tags), at);
            keep_slug(db, old->id, slug);
            article now = *find_in(db, slug, context.caller.user_id);
            add_words(db, now);
            given_.outbox.append(db, now.id, at, article_changed{ref_of(now)});
            return now;
        });
    };
    return given_.outbox.commit<article>(context, std::move(job));
}

task<nothing> store::remove(command_context context, std::string slug) {
    auto job = [this, context, slug = std::move(slug),
                now = given_.clock.now()](sqlite::connection& db) -> result<nothing> {
        const events::once once{given_.outbox, context, "remove", now};
        return once(db, [&]() -> result<nothing> {
            const auto old = find_in(db, slug, context.caller.user_id);
            if (!old) return no_article();
            if (!may_edit(context.caller, *old))
                return fail(errc::forbidden, "article", "forbidden");
            remove_article(db, *old);
            given_.outbox.append(db, old->id, now, article_deleted{ref_of(*old)});
            return nothing{};
        });
    };
    return given_.outbox.commit<nothing>(context, std::move(job));
}

task<article> store::favorite(command_context context, std::string slug,
                              std::optional<users::profile> user) {
    auto job = [this, context, slug = std::move(slug), user = std::move(user),
                now = given_.clock.now()](sqlite::connection& db) -> result<article> {
        const auto ref = find_ref_in(db, slug);
        if (!ref) return no_article();
        const auto who = context.caller.user_id;
        if (closed_accounts().contain(db, who)) return account_is_gone();
        if (user) keep_author(db, *user);
        if (set_favorite(db, who, ref->id, true))
            given_.outbox.append(db, ref->id, now, article_favorited{*ref, who});
        return *find_in(db, ref->slug, who);
    };
    return given_.outbox.commit<article>(context, std::move(job));
}

task<article> store::unfavorite(command_context context, std::string slug) {
    auto job = [this, context, slug = std::move(slug),
                now = given_.clock.now()](sqlite::connection& db) -> result<article> {
        const auto ref = find_ref_in(db, slug);
        if (!ref) return no_article();
        const auto who = context.caller.user_id;
        if (set_favorite(db, who, ref->id, false))
            given_.outbox.append(db, ref->id, now, article_unfavorited{*ref, who});
        return *find_in(db, ref->slug, who);
    };
    return given_.outbox.commit<article>(context, std::move(job));
}

}  // namespace cleave::posts
