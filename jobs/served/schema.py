"""The tables of the served SQLite file, which is written here and read only by ui/."""

FORMAT = 4
# Pages are larger than SQLite's default, so that fifty rows of a list are on fewer of them.
DDL = """
PRAGMA page_size = 16384;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- A listener's own: replaced whole when their candidates were rebuilt.
CREATE TABLE listeners (
  username TEXT PRIMARY KEY, play_count INTEGER NOT NULL, first_played_at TEXT NOT NULL, last_played_at TEXT NOT NULL,
  listening_span_days REAL NOT NULL, half_life_days REAL NOT NULL, as_of TEXT NOT NULL, built_from TEXT NOT NULL,
  artist_count INTEGER NOT NULL, track_count INTEGER NOT NULL, top_artists TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE lists (
  id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, facets BLOB NOT NULL,
  track_keys BLOB NOT NULL, artist_keys BLOB NOT NULL
);
-- id = lists.id * 2^20 + the position in the list, from 1: fifty rows by number are found in half the time that they
-- take by name and position.
CREATE TABLE recommendations (id INTEGER PRIMARY KEY, row TEXT NOT NULL);
CREATE TABLE listening (
  username TEXT NOT NULL, what TEXT NOT NULL, rows TEXT NOT NULL, PRIMARY KEY (username, what)
) WITHOUT ROWID;
-- Who is near those who joined; replaced whole. Whoever reads it asks the app's database who has left since.
CREATE TABLE neighbors (username TEXT PRIMARY KEY, rows TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE recent_plays (
  username TEXT NOT NULL, track_id TEXT NOT NULL, track_name TEXT NOT NULL, artist_id TEXT NOT NULL,
  artist_name TEXT NOT NULL, week INTEGER NOT NULL, week_before INTEGER NOT NULL, month INTEGER NOT NULL,
  month_before INTEGER NOT NULL, PRIMARY KEY (username, track_id)
) WITHOUT ROWID;

-- Everybody's: what is known of the music. Names only come in, so that the words below never go out of date.
CREATE TABLE artists (
  id INTEGER PRIMARY KEY, artist_id TEXT NOT NULL UNIQUE, artist_name TEXT NOT NULL, listeners INTEGER,
  tags TEXT NOT NULL, similar TEXT NOT NULL, top_tracks TEXT NOT NULL
);
CREATE TABLE tracks (
  id INTEGER PRIMARY KEY, track_id TEXT NOT NULL UNIQUE, track_name TEXT NOT NULL, artist_id TEXT NOT NULL,
  artist_name TEXT NOT NULL, album_name TEXT, listeners INTEGER
);
CREATE TABLE tags (tag TEXT PRIMARY KEY, artists INTEGER NOT NULL, tracks INTEGER NOT NULL, rows TEXT NOT NULL)
  WITHOUT ROWID;
-- Which recording at MusicBrainz a track is, where anybody told. And how tracks sound, in one row: their ids as a JSON
-- array in order, and for each eight little-endian f4, so that the product of two says how alike they are.
CREATE TABLE recordings (track_id TEXT PRIMARY KEY, mbid TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sounds (track_ids TEXT NOT NULL, units BLOB NOT NULL);
CREATE TABLE trending (what TEXT PRIMARY KEY, rows TEXT NOT NULL) WITHOUT ROWID;

-- Words find by beginnings, without case and accents; trigrams find what was misspelt.
CREATE VIRTUAL TABLE artist_words
  USING fts5(artist_name, content='', prefix='2 3', tokenize="unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE track_words
  USING fts5(track_name, artist_name, content='', prefix='2 3', tokenize="unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE artist_trigrams USING fts5(folded, content='', detail=none, tokenize='trigram');
CREATE VIRTUAL TABLE track_trigrams USING fts5(folded, content='', detail=none, tokenize='trigram');
"""
POSITIONS = 2**20
BY_USERNAME = ("listeners", "listening", "recent_plays")
