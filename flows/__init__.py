"""When things happen, and everything that talks to the outside world."""
