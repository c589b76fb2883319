"""Benchmarks of the engine; see `make bench`."""
