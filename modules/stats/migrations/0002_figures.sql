-- What an entry is about ("comment:5"). Of the entries of one subject the last one tells all.
ALTER TABLE stats_log ADD COLUMN subject TEXT;
CREATE INDEX stats_log_subject ON stats_log (subject) WHERE subject IS NOT NULL;
CREATE INDEX stats_log_views ON stats_log (at) WHERE kind IN ('views_counted', 'views_folded');

-- Up to which day (since 1970) the views in the log are folded.
CREATE TABLE stats_folded (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    day INTEGER NOT NULL
) STRICT;
INSERT INTO stats_folded (id, day) VALUES (1, 0);

-- All that follows are projections of the log.

-- One row. The position is the last entry of the log that is in the projections.
CREATE TABLE stats_totals (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    users INTEGER NOT NULL,
    comments INTEGER NOT NULL,
    views INTEGER NOT NULL,
    visitors INTEGER NOT NULL
) STRICT;
INSERT INTO stats_totals (id, position, articles, users, comments, views, visitors)
VALUES (1, 0, 0, 0, 0, 0, 0);

-- state: 0 never heard of (its views came first), 1 published, 2 gone for good.
ALTER TABLE stats_articles ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stats_articles ADD COLUMN slug TEXT NOT NULL DEFAULT '';
ALTER TABLE stats_articles ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE stats_articles ADD COLUMN visitors INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stats_articles ADD COLUMN favorites INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stats_articles ADD COLUMN comments INTEGER NOT NULL DEFAULT 0;

CREATE TABLE stats_users (id INTEGER PRIMARY KEY) STRICT;

-- alive: 0 for one that was deleted; it stays, so that no later news of it brings it back.
CREATE TABLE stats_comments (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL,
    alive INTEGER NOT NULL
) STRICT;

CREATE TABLE stats_favorites (
    article_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (article_id, user_id)
) STRICT, WITHOUT ROWID;

-- Article 0 is the whole blog. A day is a number of days since 1970.
CREATE TABLE stats_days (
    article_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    views INTEGER NOT NULL,
    visitors INTEGER NOT NULL,
    PRIMARY KEY (article_id, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX stats_days_day ON stats_days (day, article_id, views, visitors);

-- Who was seen on a day, so that each counts once. Only of days that are not folded yet.
CREATE TABLE stats_visitors (
    day INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    visitor INTEGER NOT NULL,
    PRIMARY KEY (day, article_id, visitor)
) STRICT, WITHOUT ROWID;

CREATE TABLE stats_referrers (
    article_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    host TEXT NOT NULL,
    views INTEGER NOT NULL,
    PRIMARY KEY (article_id, day, host)
) STRICT, WITHOUT ROWID;
CREATE INDEX stats_referrers_day ON stats_referrers (day);
