-- Articles that are gone, for good: a comment that was under way when its article was deleted must
-- not be left behind.
CREATE TABLE comments_deleted_articles (
    id INTEGER PRIMARY KEY
) STRICT;

-- Whoever is mentioned is found by name, without regard to case as users keeps it.
CREATE INDEX comments_authors_username ON comments_authors (username COLLATE NOCASE);
