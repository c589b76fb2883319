"""gold.track_play_count: plausible counts and recency."""

from quality.gold.play_counts import RULES

__all__ = ["RULES"]
