-- Words of articles as words.hpp makes them, with spaces between them. The text itself stays where
-- it is: an entry is taken out by giving its words again. Beginnings of three letters are asked for
-- often and match much, so they have an index of their own.
CREATE VIRTUAL TABLE posts_search USING fts5(title, tags, description, body,
    content = '', prefix = '3', tokenize = 'ascii');
-- A word in a title says more than one in a text.
INSERT INTO posts_search (posts_search, rank) VALUES ('rank', 'bm25(8.0, 5.0, 3.0, 1.0)');

-- Which rules the words were made by, and whether all articles are in.
CREATE TABLE posts_search_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL,
    through INTEGER NOT NULL, -- the last article that was made anew
    complete INTEGER NOT NULL
) STRICT;
INSERT INTO posts_search_state (id, version, through, complete) VALUES (1, 0, 0, 0);
