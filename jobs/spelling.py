"""The character variants in which spellings of one name differ, used by Spark, the client and the demo server."""

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
SINGLE_QUOTES = "\u2018\u2019\u201a\u201b"
DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f"
# For translate(), which drops the characters that have no counterpart: the zero-width ones, last.
VARIANTS = DASHES + SINGLE_QUOTES + DOUBLE_QUOTES + ZERO_WIDTH
PLAIN = "-" * len(DASHES) + "'" * len(SINGLE_QUOTES) + '"' * len(DOUBLE_QUOTES)
# For str.translate().
PLAIN_CHARACTERS = str.maketrans(VARIANTS[: len(PLAIN)], PLAIN, ZERO_WIDTH)
