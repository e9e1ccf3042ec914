-- Both directions are asked for: whom somebody follows, and who follows somebody.
CREATE TABLE users_follows (
    follower_id INTEGER NOT NULL,
    followed_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (follower_id, followed_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX users_follows_followed ON users_follows (followed_id, follower_id);
