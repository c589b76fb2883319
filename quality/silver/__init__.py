"""What the declarations of silver's tables cannot say, one suite a table."""
