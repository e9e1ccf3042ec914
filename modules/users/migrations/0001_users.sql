-- AUTOINCREMENT: the id of a deleted account must never be given to another.
CREATE TABLE users_users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL COLLATE NOCASE,
    email TEXT NOT NULL COLLATE NOCASE,
    password_hash TEXT NOT NULL,
    bio TEXT,
    image TEXT,
    role TEXT NOT NULL DEFAULT 'author',
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_users_username ON users_users (username);
CREATE UNIQUE INDEX users_users_email ON users_users (email);
