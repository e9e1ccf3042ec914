-- Where articles came from that were not written here, so that none comes twice.
CREATE TABLE posts_imports (
    source TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
