#include <catch2/catch.hpp>
#include <sqlite/connection.hpp>

#include "support.hpp"

using namespace cleave;
using namespace cleave::sqlite;

namespace {

struct opened {
    test::temporary_directory directory;
    connection db{directory / "a.db", open_mode::owner};
};

std::int64_t number(connection& db, std::string_view sql) {
    auto row = db.query(sql);
    REQUIRE(row.step());
    return row.integer(0);
}

std::string word(connection& db, std::string_view sql) {
    auto row = db.query(sql);
    REQUIRE(row.step());
    return std::string(row.text(0));
}

}  // namespace

TEST_CASE("a connection is set up for durability, and for speed after that") {
    opened o;
    CHECK(word(o.db, "PRAGMA journal_mode") == "wal");
    CHECK(number(o.db, "PRAGMA synchronous") == 2);
    CHECK(number(o.db, "PRAGMA wal_autocheckpoint") == 0);
    CHECK(number(o.db, "PRAGMA foreign_keys") == 1);
    CHECK(number(o.db, "PRAGMA secure_delete") == 0);
    CHECK(number(o.db, "PRAGMA cache_size") == -4096);
    CHECK(number(o.db, "PRAGMA mmap_size") > 0);
    // "x" is a column, never a text by mistake.
    CHECK_THROWS_AS(o.db.query(R"(SELECT "x")"), error);
}

TEST_CASE("a commit waits for less where that is asked for") {
    opened o;
    o.db.set_durability(durability::normal);
    CHECK(number(o.db, "PRAGMA synchronous") == 1);
    o.db.set_durability(durability::off);
    CHECK(number(o.db, "PRAGMA synchronous") == 0);
    o.db.set_durability(durability::full);
    CHECK(number(o.db, "PRAGMA synchronous") == 2);
}

TEST_CASE("what is bound is read back") {
    opened o;
    o.db.run("CREATE TABLE t(i, r, s, b, n, o, at, yes) ");
    std::string text = "grüße";
    text.append(1, '\0').append("after a nul");
    const bytes blob{0, 1, 255};
    const std::optional<std::string> none;
    o.db.run("INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", std::int64_t{1} << 62, 2.5,
             text, blob, nullptr, none, timestamp{1234}, true);
    auto row = o.db.query("SELECT i, r, s, b, n, o, at, yes, typeof(s), typeof(b) FROM t");
    REQUIRE(row.step());
    CHECK(row.integer(0) == std::int64_t{1} << 62);
    CHECK(row.real(1) == 2.5);
    CHECK(row.text(2) == text);
    CHECK(bytes(row.blob(3).begin(), row.blob(3).end()) == blob);
    CHECK(row.is_null(4));
    CHECK(row.optional_text(5) == std::nullopt);
    CHECK(row.optional_text(2) == text);
    CHECK(row.time(6) == timestamp{1234});
    CHECK(row.integer(7) == 1);
    CHECK(row.text(8) == "text");
    CHECK(row.text(9) == "blob");
    CHECK_FALSE(row.step());
    CHECK_FALSE(row.step());  // and does not start again
}

TEST_CASE("empty is not null") {
    opened o;
    auto row = o.db.query("SELECT ?1 IS NULL, ?2 IS NULL, ?3 IS NULL", std::string_view(),
                          bytes_view(), "");
    REQUIRE(row.step());
    CHECK(row.integer(0) == 0);
    CHECK(row.integer(1) == 0);
    CHECK(row.integer(2) == 0);
}

TEST_CASE("text with a nul inside keeps its length") {
    opened o;
    const std::string text("a\0b", 3);
    auto row = o.db.query("SELECT ?1, length(CAST(?1 AS BLOB))", text);
    REQUIRE(row.step());
    CHECK(row.text(0) == text);
    CHECK(row.integer(1) == 3);
}

TEST_CASE("a statement wants as many values as it has parameters") {
    opened o;
    CHECK_THROWS_AS(o.db.query("SELECT ?1, ?2", 1), error);
    CHECK_THROWS_AS(o.db.query("SELECT ?1", 1, 2), error);
    CHECK_THROWS_AS(o.db.query("SELECT ?1"), error);
    CHECK_NOTHROW(o.db.query("SELECT ?1", 1));
}

TEST_CASE("SQL is one statement") {
    opened o;
    CHECK_THROWS_AS(o.db.query("SELECT 1; SELECT 2"), error);
    CHECK_THROWS_AS(o.db.query(""), error);
    CHECK_THROWS_AS(o.db.query("SELEC 1"), error);
    CHECK_NOTHROW(o.db.query("SELECT 1;\n "));
}

TEST_CASE("one SQL in use many times over: nested loops") {
    opened o;
    o.db.run_script("CREATE TABLE t(n); INSERT INTO t VALUES (1), (2), (3);");
    constexpr std::string_view all = "SELECT n FROM t WHERE n >= ?1 ORDER BY n";
    std::string seen;
    std::string expected;
    for (auto a = o.db.query(all, 1); a.step();)
        for (auto b = o.db.query(all, a.integer(0)); b.step();)
            for (auto c = o.db.query(all, b.integer(0)); c.step();)
                seen += std::to_string(a.integer(0) * 100 + b.integer(0) * 10 + c.integer(0)) + ' ';
    for (int a = 1; a <= 3; ++a)
        for (int b = a; b <= 3; ++b)
            for (int c = b; c <= 3; ++c) expected += std::to_string(a * 100 + b * 10 + c) + ' ';
    CHECK(seen == expected);
}

TEST_CASE("the same address with other text is another statement") {
    opened o;
    std::string sql = "SELECT 1";
    CHECK(number(o.db, sql) == 1);
    sql.back() = '2';
    CHECK(number(o.db, sql) == 2);
    sql.back() = '1';
    CHECK(number(o.db, sql) == 1);
    const std::string elsewhere = sql;
    CHECK(number(o.db, elsewhere) == 1);
}

TEST_CASE("more statements than the cache keeps") {
    opened o;
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 1'500; ++i) {
            const std::string sql = "SELECT " + std::to_string(i);
            auto row = o.db.query(sql);
            auto again = o.db.query(sql);
            REQUIRE(row.step());
            REQUIRE(again.step());
            REQUIRE(row.integer(0) == i);
            REQUIRE(again.integer(0) == i);
        }
    }
}

TEST_CASE("a failed statement can be used again") {
    opened o;
    o.db.run("CREATE TABLE t(n INTEGER PRIMARY KEY, s TEXT UNIQUE)");
    constexpr std::string_view insert = "INSERT INTO t VALUES (?1, ?2)";
    CHECK(o.db.run(insert, 1, "a") == 1);
    CHECK(o.db.last_insert_rowid() == 1);
    try {
        o.db.run(insert, 2, "a");
        FAIL("the constraint was not kept");
    } catch (const error& e) {
        CHECK(e.is_unique_violation());
        CHECK_FALSE(e.is_full());
        CHECK(std::string_view(e.what()).find("t.s") != std::string_view::npos);
    }
    CHECK(o.db.run(insert, 2, "b") == 1);
    CHECK(o.db.run("UPDATE t SET s = s || 'x'") == 2);
}

TEST_CASE("a statement follows a change of the schema") {
    opened o;
    o.db.run_script("CREATE TABLE t(a); INSERT INTO t VALUES (1);");
    constexpr std::string_view all = "SELECT * FROM t";
    {
        auto row = o.db.query(all);
        CHECK(row.step());
    }
    o.db.run("ALTER TABLE t ADD COLUMN b DEFAULT 7");
    auto row = o.db.query(all);
    REQUIRE(row.step());
    CHECK(row.integer(1) == 7);
}

TEST_CASE("a reader can only read") {
    opened o;
    o.db.run_script("CREATE TABLE t(n); INSERT INTO t VALUES (1);");
    connection reader(o.directory / "a.db", open_mode::reader);
    CHECK(number(reader, "SELECT n FROM t") == 1);
    CHECK_THROWS_AS(reader.run("INSERT INTO t VALUES (2)"), error);
    CHECK_THROWS_AS(connection(o.directory / "missing.db", open_mode::reader), error);
}

TEST_CASE("a deadline interrupts what runs, and goes away") {
    opened o;
    constexpr std::string_view endless =
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c";
    o.db.set_deadline(std::chrono::steady_clock::now() + std::chrono::milliseconds(1));
    try {
        o.db.run(endless);
        FAIL("it ended");
    } catch (const error& e) {
        CHECK(e.is_interrupted());
    }
    o.db.set_deadline(steady_time::max());
    CHECK(number(o.db,
                 "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
                 "WHERE n < 10000) SELECT count(*) FROM c") == 10'000);
}

TEST_CASE("a lock is waited for until the deadline") {
    opened o;
    o.db.run("BEGIN IMMEDIATE");
    connection other(o.directory / "a.db", open_mode::owner);
    other.set_deadline(std::chrono::steady_clock::now() + std::chrono::milliseconds(1));
    try {
        other.run("BEGIN IMMEDIATE");
        FAIL("two writers");
    } catch (const error& e) {
        CHECK(e.is_busy());
    }
}

TEST_CASE("what is no database is refused") {
    test::temporary_directory directory;
    const auto file = directory / "a.db";
    {
        std::unique_ptr<FILE, int (*)(FILE*)> out(std::fopen(file.c_str(), "w"), &std::fclose);
        for (int i = 0; i < 1000; ++i) std::fputs("not a database", out.get());
    }
    try {
        const connection refused(file, open_mode::owner);
        FAIL("it was opened");
    } catch (const error& e) {
        CHECK(e.is_damaged());
        CHECK(std::string_view(e.what()).starts_with(file.string()));
        CHECK(std::string_view(e.what()).find("restore a backup") != std::string_view::npos);
    }
}
