"""The data: one module for each table, the lake that holds them, and the jobs that build them."""
