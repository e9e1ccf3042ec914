-- source and source_event say which event of which feed it comes from: a reader is told of one
-- event once, however often it is delivered.
CREATE TABLE notifications_notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    actor_username TEXT NOT NULL, -- as it was then
    article_slug TEXT,
    article_title TEXT,
    comment_id INTEGER,
    created_at INTEGER NOT NULL,
    read_at INTEGER,
    source TEXT NOT NULL,
    source_event INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX notifications_notifications_source
    ON notifications_notifications (source, source_event, user_id);
CREATE INDEX notifications_notifications_user ON notifications_notifications (user_id);

-- Kept by whoever writes: counting a user's notifications would cost a reader a scan.
CREATE TABLE notifications_counts (
    user_id INTEGER PRIMARY KEY,
    total INTEGER NOT NULL,
    unread INTEGER NOT NULL
) STRICT;

-- A copy of what users publishes. An actor may not be in it yet.
CREATE TABLE notifications_actors (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    bio TEXT,
    image TEXT,
    version INTEGER NOT NULL
) STRICT;
