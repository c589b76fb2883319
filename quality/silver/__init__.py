"""Rules for silver's tables beyond their declarations, one suite for each table."""
