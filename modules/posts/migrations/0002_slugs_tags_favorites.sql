-- Every slug that an article has or had: whoever kept the old one still finds it.
CREATE TABLE posts_slugs (
    slug TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX posts_slugs_article ON posts_slugs (article_id);
INSERT INTO posts_slugs (slug, article_id) SELECT slug, id FROM posts_articles;

-- The columns of a list and no body: without it, twenty articles of ten kilobytes would be sixty
-- pages to read, and here they are two or three.
CREATE INDEX posts_articles_page ON posts_articles (id, slug, title, description, tags,
    favorites_count, created_at, updated_at, author_id);
CREATE INDEX posts_articles_author ON posts_articles (author_id);

CREATE INDEX posts_authors_username ON posts_authors (username COLLATE NOCASE);
ALTER TABLE posts_authors ADD COLUMN articles INTEGER NOT NULL DEFAULT 0;
UPDATE posts_authors
    SET articles = (SELECT count(*) FROM posts_articles WHERE author_id = posts_authors.id);

-- Which articles a tag is on; newest first is backwards.
CREATE TABLE posts_tags (
    tag TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (tag, article_id)
) STRICT, WITHOUT ROWID;
-- The tags in use. Kept by whoever writes, like all totals.
CREATE TABLE posts_tag_totals (
    tag TEXT PRIMARY KEY,
    articles INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO posts_tags (tag, article_id)
    WITH RECURSIVE part (id, tag, rest) AS (
        SELECT id, '', tags || char(10) FROM posts_articles WHERE tags <> ''
        UNION ALL
        SELECT id, substr(rest, 1, instr(rest, char(10)) - 1),
            substr(rest, instr(rest, char(10)) + 1) FROM part WHERE rest <> '')
    SELECT tag, id FROM part WHERE tag <> '';
INSERT INTO posts_tag_totals (tag, articles) SELECT tag, count(*) FROM posts_tags GROUP BY tag;

CREATE TABLE posts_favorites (
    user_id INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (user_id, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX posts_favorites_article ON posts_favorites (article_id);
CREATE TABLE posts_favorite_totals (
    user_id INTEGER PRIMARY KEY,
    articles INTEGER NOT NULL
) STRICT;
