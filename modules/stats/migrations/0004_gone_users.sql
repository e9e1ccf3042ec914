-- gone: 1 for an account that was deleted; it stays, so that no later news of it counts it again.
ALTER TABLE stats_users ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
