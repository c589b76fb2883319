"""Orchestration, the command line, and everything that talks to the outside world."""
