"""Column expressions that more than one table uses."""

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.spelling import PLAIN, VARIANTS

# Sums of doubles depend on the order of addition; sums of these decimals do not.
EXACT = T.DecimalType(20, 15)

# About the number of listeners of the best known track there is.
EVERYBODY = 10_000_000

# (?U): without it Java's \s matches ASCII only, and U+00A0 and U+3000 occur in real names. U+001C to U+001F are white
# space to Python and to most tagging programs, though not to Unicode.
WHITE_SPACE = "(?U)[\\s\u001c-\u001f]+"


def trimmed(name: str | Column) -> Column:
    """The text with each run of white space collapsed to one blank, and none at its ends."""
    text = F.col(name) if isinstance(name, str) else name
    return F.trim(F.regexp_replace(text, WHITE_SPACE, " "))


def canonical(name: str | Column) -> Column:
    """The canonical spelling of a name, the same for all its spellings: DESIGN.md section 2, Identity."""
    text = F.col(name) if isinstance(name, str) else name
    return F.lower(trimmed(F.translate(text, VARIANTS, PLAIN)))


def track_id(track_name: str | Column, artist_id: str | Column) -> Column:
    """The track's identity: its canonical name and the artist's identity, which is the artist's canonical name."""
    return F.concat_ws("|", canonical(track_name), artist_id)


def user_bucket(buckets: int) -> Column:
    """The listener's partition, 0 to `buckets` - 1."""
    return F.pmod(F.xxhash64("username"), F.lit(buckets)).cast("int")


def days_between(earlier: str | Column, later: str | Column) -> Column:
    """Fractional days from `earlier` to `later`; negative if `earlier` is the later one."""
    return (_micros(later) - _micros(earlier)) / F.lit(86_400_000_000.0)


def days_ago(instant: str, as_of: str) -> Column:
    """Fractional days before `as_of`; 0 for instants after it."""
    return F.greatest(days_between(instant, as_of), F.lit(0.0))


def decayed(instant: str, half_life_days: str, as_of: str) -> Column:
    """A play's weight now: exp(-days ago / half-life), 0..1, as a decimal, so that sums are exact.

    It is called half-life, but it is an e-folding time: after it a play's weight is 1/e, not 1/2.
    """
    return F.exp(-days_ago(instant, as_of) / F.col(half_life_days)).cast(EXACT)


def popularity(listeners: str) -> Column:
    """How widely known, 0..1: min(1, ln(1 + listeners) / ln(1 + 10,000,000)); 0 if `listeners` is null."""
    known = F.log1p(listeners) / F.log1p(F.lit(EVERYBODY))
    # Coalesce first: least() skips nulls, so unknown tracks would come out as the most popular.
    return F.least(F.coalesce(known, F.lit(0.0)), F.lit(1.0))


def most_frequent(name: str) -> Column:
    """The most frequent value, the first in order among ties; null if there is none."""
    return F.mode(name, deterministic=True)


def _micros(instant: str | Column) -> Column:
    return F.unix_micros(F.col(instant) if isinstance(instant, str) else instant)
