-- Accounts that are being deleted, or are gone (erased): nothing is written in their names any
-- more, whatever was under way, and no late news of them brings their profiles back.
CREATE TABLE posts_closed_accounts (
    id INTEGER PRIMARY KEY,
    erased INTEGER NOT NULL
) STRICT;
