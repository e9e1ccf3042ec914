-- What an account may do, as contract/authority.hpp has it. The version rises with each change;
-- sessions whose tokens carry a version below sessions_from are over, but for the kept one.
ALTER TABLE users_users ADD COLUMN status TEXT NOT NULL DEFAULT 'active';
ALTER TABLE users_users ADD COLUMN authority_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users_users ADD COLUMN sessions_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users_users ADD COLUMN kept_session INTEGER NOT NULL DEFAULT 0;

-- Who is the last admin is asked at each change of a role.
CREATE INDEX users_users_admins ON users_users (id) WHERE role = 'admin';

-- What is not as some token says that has not expired yet: of an account (session 0), whose state
-- is in users_users, or a session that was ended.
CREATE TABLE users_exceptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_exceptions_of ON users_exceptions (user_id, session_id);
CREATE INDEX users_exceptions_until ON users_exceptions (until);
