"""What the declarations of gold's tables cannot say, one suite a table."""
