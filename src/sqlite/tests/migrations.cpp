#include <catch2/catch.hpp>
#include <sqlite/migrations.hpp>

#include "support.hpp"

using namespace cleave::sqlite;

namespace {

struct opened {
    test::temporary_directory directory;
    connection db{directory / "posts.db", open_mode::owner};

    std::int64_t number(std::string_view sql) {
        auto row = db.query(sql);
        return row.step() ? row.integer(0) : -1;
    }
};

const migration one{"0001_articles", "CREATE TABLE posts_articles(id INTEGER PRIMARY KEY);"};
const migration two{"0002_titles",
                    "ALTER TABLE posts_articles ADD COLUMN title TEXT;"
                    "CREATE INDEX posts_by_title ON posts_articles(title);"};
const migration three{"0003_breaking", "UPDATE posts_minimum_reader SET version = 3;"};

std::string refusal(connection& db, const migration_list& list) {
    try {
        migrate(db, list);
    } catch (const std::runtime_error& e) {
        return e.what();
    }
    return {};
}

}  // namespace

using Catch::Matchers::Contains;

TEST_CASE("a fresh database gets every step, once") {
    opened o;
    migrate(o.db, {"posts", {one, two}});
    o.db.run("INSERT INTO posts_articles(title) VALUES ('a')");
    migrate(o.db, {"posts", {one, two}});
    CHECK(o.number("SELECT count(*) FROM posts_articles") == 1);
    CHECK(o.number("SELECT count(*) FROM posts_migrations") == 2);
}

TEST_CASE("an older database gets what it lacks") {
    opened o;
    migrate(o.db, {"posts", {one}});
    o.db.run("INSERT INTO posts_articles VALUES (7)");
    migrate(o.db, {"posts", {one, two}});
    CHECK(o.number("SELECT id FROM posts_articles WHERE title IS NULL") == 7);
}

TEST_CASE("modules in one database do not see each other's steps") {
    opened o;
    migrate(o.db, {"posts", {one, two}});
    migrate(o.db, {"users", {{"0001_users", "CREATE TABLE users_users(id INTEGER);"}}});
    CHECK(o.number("SELECT count(*) FROM posts_migrations") == 2);
    CHECK(o.number("SELECT count(*) FROM users_migrations") == 1);
}

TEST_CASE("a step that has changed since is refused") {
    opened o;
    migrate(o.db, {"posts", {one}});
    const migration changed{"0001_articles", "CREATE TABLE posts_articles(id INTEGER);"};
    CHECK_THAT(refusal(o.db, {"posts", {changed, two}}), Contains("0001_articles"));
    CHECK(o.number("SELECT count(*) FROM posts_migrations") == 1);
    // A new name for the same SQL is no change.
    CHECK(refusal(o.db, {"posts", {{"0001_renamed", one.sql}}}).empty());
}

TEST_CASE("a newer database is lived with until its minimum reader says no") {
    opened o;
    migrate(o.db, {"posts", {one, two}});
    CHECK(refusal(o.db, {"posts", {one}}).empty());
    migrate(o.db, {"posts", {one, two, three}});
    const auto said = refusal(o.db, {"posts", {one, two}});
    CHECK_THAT(said, Contains("too new") && Contains("migration 3") && Contains("knows 2"));
    CHECK(refusal(o.db, {"posts", {one, two, three}}).empty());
}

TEST_CASE("steps are numbered 1, 2, 3") {
    opened o;
    CHECK_THAT(refusal(o.db, {"posts", {two}}), Contains("0002_titles"));
    CHECK_THAT(refusal(o.db, {"posts", {one, one}}), Contains("number 2"));
    CHECK_THAT(refusal(o.db, {"posts", {{"articles", "SELECT 1"}}}), Contains("number 1"));
    CHECK_THROWS_AS(o.db.query("SELECT * FROM posts_migrations"), error);  // nothing was touched
}

TEST_CASE("a database that lacks a step in between is refused") {
    opened o;
    migrate(o.db, {"posts", {one, two}});
    o.db.run("DELETE FROM posts_migrations WHERE version = 1");
    CHECK_THAT(refusal(o.db, {"posts", {one, two}}), Contains("has migration 2 but not 1"));
}

TEST_CASE("a step that fails is undone whole, earlier ones stay") {
    opened o;
    const migration broken{"0002_broken", "CREATE TABLE posts_half(id); CREATE NONSENSE;"};
    CHECK_THAT(refusal(o.db, {"posts", {one, broken}}),
               Contains("0002_broken") && Contains("NONSENSE"));
    CHECK_FALSE(o.db.in_transaction());
    CHECK(o.number("SELECT count(*) FROM posts_migrations") == 1);
    CHECK_THROWS_AS(o.db.query("SELECT * FROM posts_half"), error);
    migrate(o.db, {"posts", {one, two}});
    CHECK(o.number("SELECT count(*) FROM posts_migrations") == 2);
}
