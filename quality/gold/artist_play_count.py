"""gold.artist_play_count: counts and recency that can be true."""

from quality.gold.play_counts import RULES

__all__ = ["RULES"]
