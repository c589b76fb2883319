"""Values as text for people: times, counts, lists, and names made safe to show."""

import re
from collections.abc import Sequence
from datetime import datetime

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
OPENS_ISOLATE = "\u2066\u2067\u2068"
CLOSES_ISOLATE = "\u2069"
# The length at which a name within a sentence is cut, so that the rest of the sentence stays readable.
NAME_IN_SENTENCE = 60

MINUTE, HOUR, DAY = 60, 3600, 86400
UNITS = ((365 * DAY, "year"), (30 * DAY, "month"), (7 * DAY, "week"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"))


def counted(number: int, noun: str) -> str:
    """1 play, 1,204 plays"""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def compact(number: int) -> str:
    """640, 1.2K, 4K, 34K, 1.2M: short, and rounded down"""
    for unit, letter in ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")):
        if number >= unit:
            return f"{number // (unit // 10) / 10:g}{letter}" if number < 10 * unit else f"{number // unit}{letter}"
    return str(number)


def joined(words: Sequence[str], last: str) -> str:
    """trip-hop, idm and ambient"""
    return f" {last} ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def month(moment: datetime) -> str:
    """March 2024"""
    return f"{moment:%B %Y}"


def day(moment: datetime) -> str:
    """2 Mar 2024"""
    return f"{moment.day} {moment:%b %Y}"


def ago(moment: datetime, now: datetime) -> str:
    """3 hours ago"""
    seconds = int((now - moment).total_seconds())
    for length, unit in UNITS:
        if seconds >= length:
            return f"{counted(seconds // length, unit)} ago"
    return "just now"


def span(days: float) -> str:
    """A length of time in years, months or days: 20 days, 7 months, 3 years"""
    for length, unit in UNITS[:2]:
        if days * DAY >= 2 * length:
            return counted(round(days * DAY / length), unit)
    return counted(max(1, round(days)), "day")


def plain(text: str) -> str:
    """A name for a terminal: one line, without control characters and bidi marks."""
    return DIRECTION.sub("", CONTROL.sub(" ", text)).strip()


def balanced(text: str) -> str:
    """A name on one line with balanced bidi isolates, so that it can be isolated from its surroundings."""
    kept, depth = [], 0
    for character in CONTROL.sub(" ", text):
        depth += (character in OPENS_ISOLATE) - (character == CLOSES_ISOLATE)
        if depth < 0:
            depth = 0
            continue
        kept.append(character)
    return "".join(kept).strip() + CLOSES_ISOLATE * depth


def isolated(text: str) -> str:
    """A name for places that take only text (a list of choices): isolated by bidi characters unless it is ASCII."""
    return balanced(text) if text.isascii() else f"\u2068{balanced(text)}\u2069"


def named(text: object) -> str:
    """A name within a sentence: shortened, isolated unless it is ASCII; raises `ValueError` if nothing is visible."""
    if not isinstance(text, str) or not any(each.isprintable() and not each.isspace() for each in text):
        raise ValueError(f"not a name: {text!r}")
    whole = balanced(text)
    return isolated(whole if len(whole) <= NAME_IN_SENTENCE else f"{whole[: NAME_IN_SENTENCE - 1].rstrip()}…")
