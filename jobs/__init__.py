"""What the data is: one module a table, and the lake that they lie in."""
