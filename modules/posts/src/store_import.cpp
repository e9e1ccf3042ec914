#include "store.hpp"
#include "store_account.hpp"

namespace cleave::posts {

namespace {

// Nothing where it has not come yet. Empty: it came, and is gone again.
std::optional<import_outcome> find_import(sqlite::connection& db, const std::string& source) {
    auto row = db.query(
        "SELECT i.article_id, a.slug FROM posts_imports i "
        "LEFT JOIN posts_articles a ON a.id = i.article_id WHERE i.source = ?1",
        source);
    if (!row.step()) return std::nullopt;
    import_outcome known;
    known.id = row.integer(0);
    known.slug = row.text(1);
    return known;
}

}  // namespace

task<imported_articles> store::import(command_context context, std::vector<article_import> wanted) {
    auto job = [this,
                wanted = std::move(wanted)](sqlite::connection& db) -> result<imported_articles> {
        imported_articles out;
        for (const auto& one : wanted) {
            auto& outcome = out.articles.emplace_back();
            outcome.refused = one.refused;
            if (one.refused) continue;
            if (auto known = find_import(db, one.source)) {
                outcome = std::move(*known);
                continue;
            }
            if (closed_accounts().contain(db, one.what.author_id)) {
                outcome.refused = problem{errc::not_found, "author", "not found", std::nullopt};
                continue;
            }
            auto made = insert(db, one.what);
            outcome.added = true;
            outcome.id = made.id;
            outcome.slug = std::move(made.slug);
            db.run("INSERT INTO posts_imports (source, article_id) VALUES (?1, ?2)", one.source,
                   outcome.id);
        }
        return out;
    };
    return given_.store.writer().submit<imported_articles>(context, std::move(job));
}

}  // namespace cleave::posts
