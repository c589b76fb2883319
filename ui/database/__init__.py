"""What listeners said, kept and were shown: one small database, SQLite by default, PostgreSQL by URL."""
