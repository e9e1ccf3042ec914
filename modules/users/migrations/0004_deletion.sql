-- An account that is being deleted: nobody can log in, and nobody sees it.
ALTER TABLE users_users ADD COLUMN frozen INTEGER NOT NULL DEFAULT 0;

-- Accounts that are gone. Tokens that were signed for them have not all expired, so what says that
-- their sessions are over must outlive them.
CREATE TABLE users_erased (
    id INTEGER PRIMARY KEY,
    authority_version INTEGER NOT NULL
) STRICT;
