"""Rules for gold's tables beyond their declarations, one suite for each table."""
