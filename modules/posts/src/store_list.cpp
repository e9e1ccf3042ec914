// Lists of articles: all of them, by filters, by words, and a reader's feed. What is asked most is
// one statement on one index; totals that can be kept are kept by those who write.
#include <algorithm>

#include "store.hpp"
#include "store_rows.hpp"
#include "words.hpp"

namespace cleave::posts {

namespace {

using ids = std::vector<std::int64_t>;

constexpr std::string_view newest =
    " FROM posts_articles a INDEXED BY posts_articles_page "
    "CROSS JOIN posts_authors u ON u.id = a.author_id ORDER BY a.id DESC LIMIT ?2 OFFSET ?3";

// A list_request with names and words resolved.
struct filter {
    enum part : unsigned { tag = 1, author = 2, favorited = 4, words = 8, combinations = 16 };
    unsigned parts = 0;
    bool matches_nothing = false;
    std::string_view tag_name{};
    std::int64_t author_id = 0, reader_id = 0;
    std::string expression{};

    bool has(part p) const { return (parts & p) != 0; }
};

// Usernames are unique without regard to case, as users keeps them. Where events have brought a
// name's new holder but not yet its old one's new name, the newer account counts.
std::int64_t user_named(sqlite::connection& db, std::string_view username) {
    auto row = db.query(
        "SELECT id FROM posts_authors WHERE username = ?1 COLLATE NOCASE ORDER BY id DESC LIMIT 1",
        username);
    return row.step() ? row.integer(0) : 0;
}

filter resolve(sqlite::connection& db, const list_request& wanted) {
    filter f;
    const auto user = [&](filter::part p, const std::optional<std::string>& name) {
        if (!name) return std::int64_t{0};
        f.parts |= p;
        const auto id = user_named(db, *name);
        f.matches_nothing = f.matches_nothing || id == 0;
        return id;
    };
    f.author_id = user(filter::author, wanted.author);
    f.reader_id = user(filter::favorited, wanted.favorited);
    if (wanted.tag) {
        f.parts |= filter::tag;
        f.tag_name = *wanted.tag;
    }
    if (wanted.search) {
        f.parts |= filter::words;
        auto expression = search_expression(*wanted.search);
        f.matches_nothing = f.matches_nothing || !expression;
        f.expression = std::move(expression).value_or("");
    }
    return f;
}

// The ids of all that match. ?1 tag, ?2 author, ?3 whose favourites, ?4 words.
std::string matching(unsigned parts, bool ordered) {
    std::string sql, id;
    unsigned left = parts;
    const auto from = [&](unsigned part, std::string_view column, std::string_view source) {
        id = column;
        sql = fmt::format("SELECT {} FROM {}", column, source);
        left &= ~part;
    };
    if (parts & filter::words)
        from(filter::words, "posts_search.rowid", "posts_search WHERE posts_search MATCH ?4");
    else if (parts & filter::favorited)
        from(filter::favorited, "m.article_id", "posts_favorites m WHERE m.user_id = ?3");
    else if (parts & filter::tag)
        from(filter::tag, "m.article_id", "posts_tags m WHERE m.tag = ?1");
    else if (parts & filter::author)
        from(filter::author, "m.id", "posts_articles m WHERE m.author_id = ?2");
    else
        from(0, "m.id", "posts_articles m");
    const auto also = [&](unsigned part, std::string_view source) {
        if (left & part) sql += fmt::format(" AND EXISTS (SELECT 1 FROM {} = {})", source, id);
    };
    also(filter::tag, "posts_tags x WHERE x.tag = ?1 AND x.article_id");
    also(filter::favorited, "posts_favorites x WHERE x.user_id = ?3 AND x.article_id");
    also(filter::author,
         "posts_articles x INDEXED BY posts_articles_author WHERE x.author_id = ?2 AND x.id");
    const std::string_view best_first = parts & filter::words ? "rank, " : "";
    if (ordered) sql += fmt::format(" ORDER BY {}{} DESC", best_first, id);
    return sql + " LIMIT ?5 OFFSET ?6";
}

using statements = std::array<std::string, filter::combinations>;

const statements& id_statements() {
    static const statements made = [] {
        statements all;
        for (unsigned parts = 0; parts < all.size(); ++parts) all[parts] = matching(parts, true);
        return all;
    }();
    return made;
}

const statements& count_statements() {
    static const statements made = [] {
        statements all;
        for (unsigned parts = 0; parts < all.size(); ++parts)
            all[parts] = fmt::format("SELECT count(*) FROM ({})", matching(parts, false));
        return all;
    }();
    return made;
}

sqlite::statement ask(sqlite::connection& db, const std::string& sql, const filter& f,
                      std::int64_t limit, std::int64_t offset) {
    return db.query(sql, f.tag_name, f.author_id, f.reader_id, f.expression, limit, offset);
}

template <class... Args>
std::int64_t number(sqlite::connection& db, std::string_view sql, const Args&... args) {
    auto row = db.query(sql, args...);
    return row.step() ? row.integer(0) : 0;
}

constexpr std::string_view total_of_all = "SELECT articles FROM posts_totals";
constexpr std::string_view total_of_author = "SELECT articles FROM posts_authors WHERE id = ?1";

std::int64_t total_of(sqlite::connection& db, const filter& f) {
    switch (f.parts) {
        case 0: return number(db, total_of_all);
        case filter::author: return number(db, total_of_author, f.author_id);
        case filter::tag:
            return number(db, "SELECT articles FROM posts_tag_totals WHERE tag = ?1", f.tag_name);
        case filter::favorited:
            return number(db, "SELECT articles FROM posts_favorite_totals WHERE user_id = ?1",
                          f.reader_id);
        default: break;
    }
    auto row = ask(db, count_statements()[f.parts], f, -1, 0);
    return row.step() ? row.integer(0) : 0;
}

page read_filtered(sqlite::connection& db, const list_request& wanted, std::int64_t caller) {
    page out;
    const filter f = resolve(db, wanted);
    if (f.matches_nothing) return out;
    ids found;
    auto rows = ask(db, id_statements()[f.parts], f, wanted.limit, wanted.offset);
    while (rows.step()) found.push_back(rows.integer(0));
    const bool is_last = std::ssize(found) < wanted.limit && (wanted.offset == 0 || !found.empty());
    out.total = is_last ? wanted.offset + std::ssize(found) : total_of(db, f);
    out.articles = read_articles(db, found, caller);
    return out;
}

page read_newest(sqlite::connection& db, const list_request& wanted, std::int64_t caller) {
    page out;
    out.total = number(db, total_of_all);
    const auto left = std::max<std::int64_t>(out.total - wanted.offset, 0);
    out.articles.reserve(static_cast<std::size_t>(std::min(wanted.limit, left)));
    auto rows = db.query(caller == 0 ? joined<article_columns, favorite_of_nobody, newest>::sql
                                     : joined<article_columns, favorite_of_caller, newest>::sql,
                         caller, wanted.limit, wanted.offset);
    while (rows.step()) out.articles.push_back(read_article(rows));
    return out;
}

// The newest articles of each of the authors, of which the newest of all are kept: what an author
// wrote before those is not looked at.
page read_feed(sqlite::connection& db, const ids& authors, const feed_request& wanted,
               std::int64_t caller) {
    page out;
    for (const auto author : authors) out.total += number(db, total_of_author, author);
    if (wanted.offset >= out.total) return out;
    const auto kept_max = std::min(wanted.offset + wanted.limit, out.total);
    ids kept;  // a heap whose front is the oldest
    for (const auto author : authors) {
        auto rows =
            db.query("SELECT id FROM posts_articles WHERE author_id = ?1 ORDER BY id DESC LIMIT ?2",
                     author, kept_max);
        while (rows.step()) {
            const auto id = rows.integer(0);
            if (std::ssize(kept) == kept_max) {
                if (id < kept.front()) break;
                std::ranges::pop_heap(kept, std::greater());
                kept.pop_back();
            }
            kept.push_back(id);
            std::ranges::push_heap(kept, std::greater());
        }
    }
    std::ranges::sort(kept, std::greater());
    kept.erase(kept.begin(), kept.begin() + std::min(wanted.offset, std::ssize(kept)));
    out.articles = read_articles(db, kept, caller);
    return out;
}

}  // namespace

bool store::is_quick(const list_request& wanted) {
    constexpr std::int64_t skipped_max = 1'000;
    const int filters =
        wanted.tag.has_value() + wanted.author.has_value() + wanted.favorited.has_value();
    return !wanted.search && filters <= 1 && wanted.offset <= skipped_max;
}

result<page> store::list(const query_context& context, const list_request& wanted) {
    const auto caller = context.caller.user_id;
    const bool all = !wanted.tag && !wanted.author && !wanted.favorited && !wanted.search;
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        return all ? read_newest(db, wanted, caller) : read_filtered(db, wanted, caller);
    });
}

task<page> store::list_slowly(query_context context, list_request wanted) {
    auto read = [wanted = std::move(wanted), caller = context.caller.user_id](
                    sqlite::connection& db) { return read_filtered(db, wanted, caller); };
    co_return co_await given_.store.read_slow(context.deadline, std::move(read));
}

result<page> store::list_by(const query_context& context, const std::vector<std::int64_t>& authors,
                            feed_request wanted) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        return read_feed(db, authors, wanted, context.caller.user_id);
    });
}

result<tag_list> store::tags(const query_context& context) {
    return given_.store.try_read(context.deadline, [](sqlite::connection& db) {
        tag_list out;
        auto rows =
            db.query("SELECT tag FROM posts_tag_totals ORDER BY articles DESC, tag LIMIT ?1",
                     tags_listed_max);
        while (rows.step()) out.tags.emplace_back(rows.text(0));
        return out;
    });
}

}  // namespace cleave::posts
