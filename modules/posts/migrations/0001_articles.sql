CREATE TABLE posts_articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    body TEXT NOT NULL,
    tags TEXT NOT NULL, -- sorted, one a line
    author_id INTEGER NOT NULL,
    favorites_count INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX posts_articles_slug ON posts_articles (slug);

-- A copy of what users publishes. An article's author is always in it.
CREATE TABLE posts_authors (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    bio TEXT,
    image TEXT,
    version INTEGER NOT NULL
) STRICT;

-- One row, kept by whoever writes: counting the articles would cost a reader a scan.
CREATE TABLE posts_totals (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    articles INTEGER NOT NULL
) STRICT;
INSERT INTO posts_totals (id, articles) VALUES (1, 0);
