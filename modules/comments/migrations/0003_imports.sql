-- Batches of comments that came from elsewhere, so that none comes twice.
CREATE TABLE comments_imports (
    source TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
