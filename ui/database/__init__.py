"""The app's database of feedback, playlists, shown tracks and tokens: SQLite by default, PostgreSQL by URL."""
