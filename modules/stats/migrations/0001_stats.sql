-- The truth: every event that counted, in the order in which it was applied. Only ever added to.
-- source and source_event say which event of which feed it was: none counts twice.
CREATE TABLE stats_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    source_event INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX stats_log_source ON stats_log (source, source_event);

-- A projection of the log.
CREATE TABLE stats_articles (
    article_id INTEGER PRIMARY KEY,
    views INTEGER NOT NULL
) STRICT;
