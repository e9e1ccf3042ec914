-- AUTOINCREMENT: the id of a deleted comment must never be given to another.
CREATE TABLE comments_comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX comments_comments_article ON comments_comments (article_id);

-- What posts publishes of its articles, so that comments can be read while posts is down. No slug
-- is UNIQUE here: it may pass from one article to another, and events tell of that late.
CREATE TABLE comments_articles (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    author_id INTEGER NOT NULL
) STRICT;
CREATE INDEX comments_articles_slug ON comments_articles (slug);

-- A copy of what users publishes. A comment's author is always in it.
CREATE TABLE comments_authors (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    bio TEXT,
    image TEXT,
    version INTEGER NOT NULL
) STRICT;
