CREATE TABLE notifications_webhooks (
    user_id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    last_delivered_at INTEGER
) STRICT;

-- What is on its way. The row goes when the receiver has taken it. next_at: when it is tried (again);
-- none for one that was given up.
CREATE TABLE notifications_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    notification_id INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,
    last_at INTEGER,
    last_error TEXT
) STRICT;
CREATE INDEX notifications_deliveries_next
    ON notifications_deliveries (next_at, user_id) WHERE next_at IS NOT NULL;
CREATE INDEX notifications_deliveries_user ON notifications_deliveries (user_id);
CREATE INDEX notifications_deliveries_notification ON notifications_deliveries (notification_id);
