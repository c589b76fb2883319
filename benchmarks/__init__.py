"""What the engine is measured by; see `make bench`."""
