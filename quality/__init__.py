"""Whether a table may be read: the rules, and the gate that applies them before a commit."""

import os

# Great Expectations reads it once, when it is imported.
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
