"""Data quality: the rules of each table, and the gate that applies them before a commit."""

import os

# Great Expectations reads this once, when it is imported.
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
