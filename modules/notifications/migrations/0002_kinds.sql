-- From here on, source and source_event say what a notification is of: a comment ("comment", its
-- id), somebody's following ("follow", their id), somebody's favourite ("favorite:<their id>", the
-- article). So a reader hears of one thing once, in whatever feed and however often it is told.
ALTER TABLE notifications_notifications ADD COLUMN article_id INTEGER;
CREATE INDEX notifications_notifications_article
    ON notifications_notifications (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX notifications_notifications_comment
    ON notifications_notifications (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX notifications_notifications_unread
    ON notifications_notifications (user_id, id) WHERE read_at IS NULL;

-- Articles and comments that are gone for good, so that no later news of them is told.
CREATE TABLE notifications_gone (
    what TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (what, id)
) STRICT, WITHOUT ROWID;

-- Of which kinds somebody wants to hear; of all where there is no row.
CREATE TABLE notifications_preferences (
    user_id INTEGER PRIMARY KEY,
    comment INTEGER NOT NULL,
    mention INTEGER NOT NULL,
    follow INTEGER NOT NULL,
    favorite INTEGER NOT NULL
) STRICT;
