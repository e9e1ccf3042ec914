#include "store_search.hpp"

#include <telemetry/log.hpp>

#include "rules.hpp"
#include "store.hpp"
#include "words.hpp"

namespace cleave::posts {

namespace {

struct words {
    std::string title, tags, description, body;
};

words words_of(const article& a) {
    return {index_words(a.title), index_words(join_tags(a.tag_list)), index_words(a.description),
            index_words(a.body.value_or(""))};
}

// Some more articles; false when all are in.
bool index_some(sqlite::connection& db) {
    constexpr std::int64_t articles_a_job = 500;
    auto state = db.query("SELECT version, through, complete FROM posts_search_state");
    state.step();
    std::int64_t through = state.integer(1);
    if (state.integer(0) != words_version) {
        db.run("INSERT INTO posts_search (posts_search) VALUES ('delete-all')");
        through = 0;
    } else if (state.integer(2) != 0) {
        return false;
    }
    auto rows = db.query(
        "SELECT id, title, tags, description, body FROM posts_articles WHERE id > ?1 "
        "ORDER BY id LIMIT ?2",
        through, articles_a_job);
    std::int64_t found = 0;
    for (; rows.step(); ++found) {
        through = rows.integer(0);
        article a;
        a.id = through;
        a.title = rows.text(1);
        a.tag_list = split_tags(rows.text(2));
        a.description = rows.text(3);
        a.body.emplace(rows.text(4));
        add_words(db, a);
    }
    db.run("UPDATE posts_search_state SET version = ?1, through = ?2, complete = ?3", words_version,
           through, found < articles_a_job ? 1 : 0);
    return true;
}

}  // namespace

void add_words(sqlite::connection& db, const article& a) {
    const words w = words_of(a);
    db.run(
        "INSERT INTO posts_search (rowid, title, tags, description, body) "
        "VALUES (?1, ?2, ?3, ?4, ?5)",
        a.id, w.title, w.tags, w.description, w.body);
}

void remove_words(sqlite::connection& db, const article& a) {
    const words w = words_of(a);
    db.run(
        "INSERT INTO posts_search (posts_search, rowid, title, tags, description, body) "
        "VALUES ('delete', ?1, ?2, ?3, ?4, ?5)",
        a.id, w.title, w.tags, w.description, w.body);
}

void store::bring_search_up_to_date() {
    for (int jobs = 0;; ++jobs) {
        const auto more = given_.store.writer().submit_blocking<bool>(
            [](sqlite::connection& db) -> result<bool> { return index_some(db); });
        if (!more)
            throw std::runtime_error("the articles could not be indexed: " + more.error().detail);
        if (!*more) return;
        if (jobs == 1) log::info("posts", "indexing the words of all articles");
    }
}

}  // namespace cleave::posts
