"""Sources of plays and of facts about music: web services, exported files and the bundled catalogue."""
