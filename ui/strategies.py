"""How strategies are presented: the badge, the reason in words, and what each needs before it can propose."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui.records import Listener, Reason, Recommendation, instant
from ui.view import counted, isolated, joined, month, named, span

EVERYTHING = "everything"

# Wording by match: how near two artists are, relative to the nearest one there is.
NEARNESS = ((0.9, "Very close to"), (0.5, "Close to"), (0.15, "Near"), (0.0, "Not far from"))
TAGS_TOLD = 3
SEEDS_TOLD = 3
FEATURES_TOLD = 3
# A track counts as forgotten if it was last heard ln 2 e-folding times ago (half_life_days).
FADED = 0.7
FORGOTTEN = "3 plays or more, then a silence of {silence} or so"
COMMUNITY = "Listeners like you need a community that shares artists with you: run `segue community import`."
FEATURES = "What sounds alike needs tables of how tracks sound, yours among them: run `segue features import`."
# The place in a tag's list is mentioned only up to this one; further down it is no argument for a track.
PLACES_TOLD = 10


class UnknownStrategy(ValueError):
    """An unknown strategy; the message lists the known ones."""

    def __init__(self, strategy: str) -> None:
        super().__init__(f"no strategy {strategy!r}: choose {joined(tuple(STRATEGIES), 'or')}")


@dataclass(frozen=True)
class Strategy:
    """How a strategy is described, and what it needs: facts about something, certain plays, or other data."""

    label: str
    words: Callable[[Mapping[str, Any]], str]
    facts_about: str = ""
    plays: str = ""
    needs: str = ""


def similar_artist(facts: Mapping[str, Any]) -> str:
    """Close to Massive Attack (412 plays) and 3 more artists you play"""
    match = _share(facts["match"])
    nearness = next(words for least, words in NEARNESS if match >= least)
    further = _number(facts["further_seeds"])
    others = f" and {counted(further, 'more artist')} you play" if further else ""
    plays = counted(_number(facts["seed_play_count"]), "play")
    return f"{nearness} {named(facts['seed_artist_name'])} ({plays}){others}"


def similar_tag(facts: Mapping[str, Any]) -> str:
    """Your trip-hop and ambient side, no. 4 in trip-hop"""
    told = [(named(each["tag"]), _number(each["rank"])) for each in facts["tags"][:TAGS_TOLD]]
    strongest, place = told[0]
    side = f"Your {joined([tag for tag, _ in told], 'and')} side"
    return f"{side}, no. {place} in {strongest}" if 1 <= place <= PLACES_TOLD else side


def deep_cut(facts: Mapping[str, Any]) -> str:
    """From Mezzanine, 50 times rarer than their best known track; you played them 180 times"""
    album, plays = named(facts["album_name"]), _number(facts["artist_play_count"])
    heard = "once" if plays == 1 else f"{plays:,} times"
    return f"From {album}, {_rarity(facts)}; you played them {heard}"


def _rarity(facts: Mapping[str, Any]) -> str:
    obscurity, playcount = _share(facts["obscurity"], least=0.5), facts.get("playcount")
    if playcount is None:
        return "not among their top tracks"
    if _number(playcount) == 0 or obscurity == 1:
        return "hardly played by anyone"
    times = round(1 / (1 - obscurity))
    rarer = "twice as rare as" if times <= 2 else f"{times:,} times rarer than"
    return f"{rarer} their best known track"


def old_favorite(facts: Mapping[str, Any]) -> str:
    """12 plays, last heard in March 2024"""
    return f"{counted(_number(facts['play_count']), 'play')}, last heard in {month(instant(facts['last_played_at']))}"


def collaborative(facts: Mapping[str, Any]) -> str:
    """Listeners of Portishead and Tricky, like you, also play this artist"""
    seeds = [named(each.get("track_name") or each["artist_name"]) for each in facts["seeds"][:SEEDS_TOLD]]
    played = {"artist": "this artist", "track": "this track"}[facts["kind"]]
    if not seeds:
        raise ValueError("no seeds")
    return f"Listeners of {joined(seeds, 'and')}, like you, also play {played}"


def audio_match(facts: Mapping[str, Any]) -> str:
    """Its energy, tempo and valence are like your music's, pop as well; nearest to Teardrop by Massive Attack"""
    near = joined([named(each["name"]) for each in facts["features"][:FEATURES_TOLD]], "and")
    genre = f", {named(facts['genre'])} as well" if facts.get("genre") else ""
    nearest = f"{named(facts['nearest_track_name'])} by {named(facts['nearest_artist_name'])}"
    if not near:
        raise ValueError("no features")
    return f"Its {near} are like your music's{genre}; nearest to {nearest}"


# In the order of the filters.
STRATEGIES: Mapping[str, Strategy] = {
    "similar_artist": Strategy("Similar artist", similar_artist, facts_about="artists"),
    "similar_tag": Strategy("Similar tag", similar_tag, facts_about="tags"),
    "deep_cut": Strategy("Deep cut", deep_cut, facts_about="albums"),
    "old_favorite": Strategy("Old favorite", old_favorite, plays=FORGOTTEN),
    "collaborative": Strategy("Listeners like you", collaborative, needs=COMMUNITY),
    "audio_match": Strategy("Sounds alike", audio_match, needs=FEATURES),
}


def known(strategy: str) -> str:
    """The strategy, if there is one of that name; raises `UnknownStrategy`."""
    if strategy not in STRATEGIES:
        raise UnknownStrategy(strategy)
    return strategy


def in_order(strategies: Collection[str]) -> list[str]:
    """Strategies in the order used everywhere; those unknown to this version come last."""
    return [*(each for each in STRATEGIES if each in strategies), *sorted(set(strategies) - set(STRATEGIES))]


def label(strategy: str) -> str:
    """A strategy's name for people; for one unknown to this version, its identifier in words."""
    spoken = STRATEGIES.get(strategy)
    return spoken.label if spoken else strategy.replace("_", " ").strip().capitalize()


def hue(strategy: str) -> str:
    """The CSS class of a strategy's color; empty for one unknown to this version."""
    return f"sg-is-{strategy}" if strategy in STRATEGIES else ""


def filters(offered: Mapping[str, int]) -> list[tuple[str, str]]:
    """The choices between strategies: a label with the number of tracks, and the value."""
    counts = [(f"{isolated(label(each))}\u2002{offered[each]:,}", each) for each in in_order(offered)]
    return [("Everything", EVERYTHING), *counts]


def reason_in_words(reason: Reason) -> str:
    """The reason as a sentence; for a strategy or facts unknown to this version, the strategy's name."""
    spoken = STRATEGIES.get(reason.strategy)
    if spoken is None:
        return label(reason.strategy)
    try:
        return spoken.words(reason.facts)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return spoken.label


def strongest_first(recommendation: Recommendation) -> list[Reason]:
    """All strategies' reasons, the one with the highest score first."""
    return sorted(recommendation.reasons, key=lambda reason: -reason.score_normalized)


def wanting(missing: Collection[str], listener: Listener) -> list[str]:
    """What strategies that propose nothing to a listener need, and what to do: sentences with commands in `…`."""
    spoken = [STRATEGIES[each] for each in in_order(missing) if each in STRATEGIES]
    silence = span(listener.half_life_days * FADED)
    from_plays = [
        f"{each.label}s need {each.plays.format(silence=silence)}: keep listening, then run `segue sync`."
        for each in spoken
        if each.plays
    ]
    from_others = [each.needs for each in spoken if each.needs]
    return [*_facts_wanted([each for each in spoken if each.facts_about]), *from_plays, *from_others]


def _facts_wanted(strategies: Sequence[Strategy]) -> list[str]:
    if not strategies:
        return []
    them = joined([f"{each.label}s".lower() for each in strategies], "and").capitalize()
    about = joined([each.facts_about for each in strategies], "and")
    return [f"{them} need facts about {about}: `segue enrich` looks up what is missing."]


def _number(value: object) -> int:
    """A count; raises `TypeError` or `ValueError` for anything else."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"not a count: {value!r}")
    if value < 0:
        raise ValueError(f"not a count: {value!r}")
    return value


def _share(value: object, least: float = 0.0) -> float:
    """A number from `least` to 1; raises `TypeError` or `ValueError` for anything else."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"not a part of one: {value!r}")
    if not least <= value <= 1:
        raise ValueError(f"not a part of one: {value!r}")
    return float(value)
