-- After a feed began anew it tells old views again. Of days that were folded by then nobody can say
-- which ones they are, so what is older than this is passed over. Milliseconds since 1970.
ALTER TABLE stats_folded ADD COLUMN retold_before INTEGER NOT NULL DEFAULT 0;
