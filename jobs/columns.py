"""Column expressions that more than one table uses."""

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.spelling import PLAIN, VARIANTS

# Sums of doubles depend on their order; sums of these do not.
EXACT = T.DecimalType(20, 15)

# About as many as have listened to the best known track there is.
EVERYBODY = 10_000_000

# (?U): without it Java's \s is ASCII alone, and U+00A0 and U+3000 stand in real names. U+001C to U+001F are white
# space to Python and to most tagging programs, though not to Unicode.
WHITE_SPACE = "(?U)[\\s\u001c-\u001f]+"


def trimmed(name: str | Column) -> Column:
    """The text with its white space collapsed to single blanks, and none at its ends."""
    text = F.col(name) if isinstance(name, str) else name
    return F.trim(F.regexp_replace(text, WHITE_SPACE, " "))


def canonical(name: str | Column) -> Column:
    """The spelling that stands for all spellings of a name: DESIGN.md section 2, Identity."""
    text = F.col(name) if isinstance(name, str) else name
    return F.lower(trimmed(F.translate(text, VARIANTS, PLAIN)))


def track_id(track_name: str | Column, artist_id: str | Column) -> Column:
    """The track's identity: its canonical name and the artist's identity, which is the artist's canonical name."""
    return F.concat_ws("|", canonical(track_name), artist_id)


def user_bucket(buckets: int) -> Column:
    """The partition that a listener lies in, 0 to `buckets` - 1."""
    return F.pmod(F.xxhash64("username"), F.lit(buckets)).cast("int")


def days_between(earlier: str | Column, later: str | Column) -> Column:
    """Fractional days from one instant to the other; negative where the order is the other way."""
    return (_micros(later) - _micros(earlier)) / F.lit(86_400_000_000.0)


def days_ago(instant: str, as_of: str) -> Column:
    """Fractional days before `as_of`; what lies after it counts as now."""
    return F.greatest(days_between(instant, as_of), F.lit(0.0))


def decayed(instant: str, half_life_days: str, as_of: str) -> Column:
    """What a play counts for now: exp(-days ago / half-life), 0..1, exact under summing.

    The field says half-life; it is an e-folding time: after it a play counts for 1/e and not for 1/2.
    """
    return F.exp(-days_ago(instant, as_of) / F.col(half_life_days)).cast(EXACT)


def popularity(listeners: str) -> Column:
    """How widely known, 0..1: min(1, ln(1 + listeners) / ln(1 + 10,000,000)); 0 where the listeners are unknown."""
    known = F.log1p(listeners) / F.log1p(F.lit(EVERYBODY))
    # least() passes over nulls: asked first, it would make the unknown as popular as can be.
    return F.least(F.coalesce(known, F.lit(0.0)), F.lit(1.0))


def most_frequent(name: str) -> Column:
    """The value seen most often, the first in order among ties; null where there is none."""
    return F.mode(name, deterministic=True)


def _micros(instant: str | Column) -> Column:
    return F.unix_micros(F.col(instant) if isinstance(instant, str) else instant)
