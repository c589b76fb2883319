"""A Last.fm-compatible server with simulated listeners, for a first run without key or account."""
