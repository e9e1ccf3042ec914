// The other half of the physics that ./dev bench measures against: the same content in one file, on
// bare SQLite, one thread and nothing between the statement and its caller.
//
// Usage: cleave_bare_sqlite DIR ARTICLES. Prints one "name value" a line:
//   article_us        one article with author, tags and favourites, by slug, in one statement
//   list_us           the newest 20 of them, in one statement
//   grouped_per_s     comments with all the rows that one causes, 64 a transaction
//   one_by_one_per_s  the same, each row in a transaction of its own
// All with synchronous=FULL, where nothing acknowledged is lost.
#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>
#include <stdexcept>
#include <string>

namespace {

using clock_type = std::chrono::steady_clock;

constexpr int authors = 100;
constexpr auto round_time = std::chrono::milliseconds(1500);

void check(sqlite3* db, int code) {
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
        throw std::runtime_error(sqlite3_errmsg(db));
}

void execute(sqlite3* db, const char* sql) {
    check(db, sqlite3_exec(db, sql, nullptr, nullptr, nullptr));
}

class statement {
public:
    statement(sqlite3* db, const char* sql) : db_(db) {
        check(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s_, nullptr));
    }
    ~statement() { sqlite3_finalize(s_); }
    statement(const statement&) = delete;

    void bind(int at, std::int64_t value) { check(db_, sqlite3_bind_int64(s_, at, value)); }
    void bind(int at, const std::string& value) {
        check(db_, sqlite3_bind_text(s_, at, value.data(), static_cast<int>(value.size()),
                                     SQLITE_STATIC));
    }
    int parameters() const { return sqlite3_bind_parameter_count(s_); }
    bool step() {
        const int code = sqlite3_step(s_);
        check(db_, code);
        return code == SQLITE_ROW;
    }
    // All that there is in the row, as a reply would need it.
    std::size_t read_row() {
        std::size_t bytes = 0;
        for (int i = 0; i < sqlite3_column_count(s_); ++i) {
            const auto* text = sqlite3_column_text(s_, i);
            copy_.assign(text ? reinterpret_cast<const char*>(text) : "");
            bytes += copy_.size();
        }
        return bytes;
    }
    void reset() { sqlite3_reset(s_); }
    void run() {
        step();
        reset();
    }

private:
    sqlite3* db_;
    sqlite3_stmt* s_ = nullptr;
    std::string copy_;
};

sqlite3* open(const std::string& file) {
    sqlite3* db = nullptr;
    check(db, sqlite3_open_v2(file.c_str(), &db,
                              SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                              nullptr));
    execute(db,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
            "PRAGMA mmap_size = 1073741824; PRAGMA wal_autocheckpoint = 0;");
    return db;
}

void fill(sqlite3* db, int articles) {
    execute(db,
            "CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, bio TEXT, image TEXT);"
            "CREATE TABLE articles (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, title TEXT,"
            "  description TEXT, body TEXT, author_id INTEGER, created_at TEXT, updated_at TEXT);"
            "CREATE TABLE tags (article_id INTEGER, tag TEXT, PRIMARY KEY (article_id, tag))"
            "  WITHOUT ROWID;"
            "CREATE TABLE favorites (article_id INTEGER, user_id INTEGER,"
            "  PRIMARY KEY (article_id, user_id)) WITHOUT ROWID;"
            "CREATE TABLE comments (id INTEGER PRIMARY KEY AUTOINCREMENT, article_id INTEGER,"
            "  author_id INTEGER, body TEXT, created_at INTEGER, updated_at INTEGER);"
            "CREATE INDEX comments_of ON comments (article_id);"
            "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, key INTEGER,"
            "  at INTEGER, body TEXT);"
            "CREATE TABLE notifications (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER,"
            "  body TEXT, comment_id INTEGER);"
            "CREATE INDEX notifications_of ON notifications (user_id);"
            "CREATE INDEX notifications_about ON notifications (comment_id);"
            "CREATE TABLE notification_counts (user_id INTEGER PRIMARY KEY, total INTEGER);"
            "CREATE TABLE stats_log (id INTEGER PRIMARY KEY AUTOINCREMENT, event INTEGER UNIQUE,"
            "  body TEXT);"
            "CREATE TABLE stats_comments (id INTEGER PRIMARY KEY, article_id INTEGER);"
            "CREATE TABLE stats_articles (id INTEGER PRIMARY KEY, comments INTEGER);"
            "CREATE TABLE cursors (name TEXT PRIMARY KEY, position INTEGER);"
            "INSERT INTO cursors VALUES ('notifications', 0), ('stats', 0); BEGIN;");
    statement user(db, "INSERT INTO users VALUES (?1, ?2, NULL, NULL)");
    for (int i = 1; i <= authors; ++i) {
        const std::string name = "author" + std::to_string(i);
        user.bind(1, i);
        user.bind(2, name);
        user.run();
    }
    statement article(db,
                      "INSERT INTO articles VALUES (?1, ?2, ?3, 'About a line of text', ?4, ?5,"
                      " '2026-11-22T10:00:00.123Z', '2026-11-22T10:00:00.123Z')");
    statement tag(db, "INSERT INTO tags VALUES (?1, ?2)");
    const std::string body(850, 'x'), bench = "bench", http = "http";
    for (int i = 1; i <= articles; ++i) {
        const std::string slug = "an-article-to-read-" + std::to_string(i);
        article.bind(1, i);
        article.bind(2, slug);
        article.bind(3, slug);
        article.bind(4, body);
        article.bind(5, 1 + i % authors);
        article.run();
        for (const auto* name : {&bench, &http}) {
            tag.bind(1, i);
            tag.bind(2, *name);
            tag.run();
        }
    }
    execute(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE);");
}

// Microseconds a call, after a warm-up of a tenth.
template <class F>
double measure(F&& once) {
    const auto go = [&](auto length) {
        const auto start = clock_type::now();
        std::int64_t calls = 0;
        auto now = start;
        for (; now - start < length; now = clock_type::now())
            for (int i = 0; i < 16; ++i, ++calls) once();
        return std::chrono::duration<double, std::micro>(now - start).count() /
               static_cast<double>(calls);
    };
    go(round_time / 10);
    return go(round_time);
}

double article_us(sqlite3* db, int articles) {
    statement read(db,
                   "SELECT a.id, a.slug, a.title, a.description, a.body, a.created_at,"
                   " a.updated_at, u.username, u.bio, u.image,"
                   " (SELECT group_concat(tag, char(10)) FROM tags WHERE article_id = a.id),"
                   " (SELECT count(*) FROM favorites WHERE article_id = a.id)"
                   " FROM articles a JOIN users u ON u.id = a.author_id WHERE a.slug = ?1");
    std::minstd_rand random(1);
    return measure([&] {
        const auto wanted =
            "an-article-to-read-" +
            std::to_string(1 + random() % static_cast<std::minstd_rand::result_type>(articles));
        read.bind(1, wanted);
        if (!read.step() || read.read_row() == 0) throw std::runtime_error("no article");
        read.reset();
    });
}

double list_us(sqlite3* db) {
    statement read(db,
                   "SELECT a.id, a.slug, a.title, a.description, a.created_at, a.updated_at,"
                   " u.username, u.bio, u.image,"
                   " (SELECT group_concat(tag, char(10)) FROM tags WHERE article_id = a.id),"
                   " (SELECT count(*) FROM favorites WHERE article_id = a.id)"
                   " FROM articles a JOIN users u ON u.id = a.author_id"
                   " ORDER BY a.id DESC LIMIT 20");
    return measure([&] {
        while (read.step()) read.read_row();
        read.reset();
    });
}

// A comment and its event; the notification that follows, and how many there are; the entry in the
// log of statistics, and the figures made from it; the cursors of the two that follow.
constexpr const char* rows_of_a_comment[] = {
    "INSERT INTO comments (article_id, author_id, body, created_at, updated_at)"
    " VALUES (?1 % 100, 2, ?2, 1, 1)",
    "INSERT INTO outbox (kind, key, at, body) VALUES ('comment_written', ?1 % 100, 1, ?2)",
    "INSERT INTO notifications (user_id, body, comment_id) VALUES (?1 % 100, ?2, ?1)",
    "INSERT INTO notification_counts VALUES (?1 % 100, 1)"
    " ON CONFLICT (user_id) DO UPDATE SET total = total + 1",
    "UPDATE cursors SET position = ?1 WHERE name = 'notifications'",
    "INSERT INTO stats_log (event, body) VALUES (?1, ?2)",
    "INSERT INTO stats_comments (id, article_id) VALUES (?1, ?1 % 100)",
    "INSERT INTO stats_articles VALUES (?1 % 100, 1)"
    " ON CONFLICT (id) DO UPDATE SET comments = comments + 1",
    "UPDATE cursors SET position = ?1 WHERE name = 'stats'",
};

class comment_rows {
public:
    explicit comment_rows(sqlite3* db)
        : db_(db), begin_(db, "BEGIN IMMEDIATE"), commit_(db, "COMMIT") {
        for (const auto* sql : rows_of_a_comment) rows_.emplace_back(db, sql);
    }

    double per_second(int comments_a_commit, bool each_row) {
        const double us = measure([&] {
            if (!each_row) begin_.run();
            for (int i = 0; i < comments_a_commit; ++i) add_one(each_row);
            if (!each_row) commit_.run();
            // As small and as often as the blog does it between batches.
            if (++commits_ % 64 == 0) execute(db_, "PRAGMA wal_checkpoint(PASSIVE)");
        });
        return 1e6 * comments_a_commit / us;
    }

private:
    void add_one(bool each_row) {
        ++key_;
        for (auto& row : rows_) {
            if (each_row) begin_.run();
            row.bind(1, key_);
            if (row.parameters() > 1) row.bind(2, text_);
            row.run();
            if (each_row) commit_.run();
        }
    }

    sqlite3* db_;
    statement begin_, commit_;
    std::deque<statement> rows_;
    std::int64_t key_ = 0;
    std::int64_t commits_ = 0;
    const std::string text_ = std::string(180, 'c');
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    try {
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        const int articles = std::atoi(argv[2]);
        sqlite3* db = open(std::string(argv[1]) + "/bare.db");
        fill(db, articles);
        std::printf("article_us %.3f\nlist_us %.3f\n", article_us(db, articles), list_us(db));
        {
            comment_rows comments(db);
            std::printf("grouped_per_s %.1f\n", comments.per_second(64, false));
            std::printf("one_by_one_per_s %.1f\n", comments.per_second(1, true));
        }
        sqlite3_close(db);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "cleave_bare_sqlite: %s\n", e.what());
        return 1;
    }
}
