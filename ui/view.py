"""What a person reads, from typed values: reasons in words, times as people say them, names made safe to show."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ui.records import Reason, Recommendation, instant

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
OPENS_ISOLATE = "\u2066\u2067\u2068"
CLOSES_ISOLATE = "\u2069"

MINUTE, HOUR, DAY = 60, 3600, 86400
UNITS = ((365 * DAY, "year"), (30 * DAY, "month"), (7 * DAY, "week"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"))


@dataclass(frozen=True)
class Strategy:
    """How a strategy is spoken of: its name on a badge, and its reason as a sentence from the facts."""

    label: str
    words: Callable[[Mapping[str, Any]], str]


def old_favorite(facts: Mapping[str, Any]) -> str:
    """12 plays, last heard in March 2024"""
    return f"{counted(facts['play_count'], 'play')}, last heard in {month(instant(facts['last_played_at']))}"


STRATEGIES: Mapping[str, Strategy] = {
    "old_favorite": Strategy("Old favorite", old_favorite),
}


def label(strategy: str) -> str:
    """A strategy's name for people; one that this version does not know is shown by its own name."""
    known = STRATEGIES.get(strategy)
    return known.label if known else strategy.replace("_", " ").strip().capitalize()


def reason_in_words(reason: Reason) -> str:
    """Why, as a sentence. A strategy or facts that this version does not know give the strategy's name."""
    known = STRATEGIES.get(reason.strategy)
    if known is None:
        return label(reason.strategy)
    try:
        return known.words(reason.facts)
    except (KeyError, TypeError, ValueError):
        return known.label


def reasons_in_words(recommendation: Recommendation) -> str:
    """Every strategy's reason, strongest first."""
    strongest_first = sorted(recommendation.reasons, key=lambda reason: -reason.score_normalized)
    return "; ".join(reason_in_words(reason) for reason in strongest_first)


def counted(number: int, noun: str) -> str:
    """1 play, 1,204 plays"""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


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
    """A length of time in its two largest sensible steps: 20 days, 7 months, 3 years"""
    for length, unit in UNITS[:2]:
        if days * DAY >= 2 * length:
            return counted(round(days * DAY / length), unit)
    return counted(max(1, round(days)), "day")


def plain(text: str) -> str:
    """A name for a terminal: one line, without control characters or marks that turn the direction of what follows."""
    return DIRECTION.sub("", CONTROL.sub(" ", text)).strip()


def balanced(text: str) -> str:
    """A name on one line whose direction marks end where it ends, so that it can be isolated from its surroundings."""
    kept, depth = [], 0
    for character in CONTROL.sub(" ", text):
        depth += (character in OPENS_ISOLATE) - (character == CLOSES_ISOLATE)
        if depth < 0:
            depth = 0
            continue
        kept.append(character)
    return "".join(kept).strip() + CLOSES_ISOLATE * depth


def isolated(text: str) -> str:
    """A name for places that take text alone (a list of choices): isolated by characters where it could matter."""
    return balanced(text) if text.isascii() else f"\u2068{balanced(text)}\u2069"
