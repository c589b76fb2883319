"""Fetched or imported data as it was sent: one module for each source, all with the same columns of raw plays."""
