"""DESIGN.md section 3 once more, as plain loops over dicts: what every candidate table must equal.

Written from the design alone, without a look at the tables' own code. Rows are dicts under the tables' column names.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any

Row = Mapping[str, Any]
Scores = dict[str, float]
# By track_id: score and reason; once ranked, score_normalized with them.
Proposals = dict[str, dict[str, Any]]
Ranked = dict[tuple[str, str], dict[str, Any]]

KEPT = 1000
GUESTS = (" feat", " ft", " featuring", " & ", " and ", " with ", " x ", " vs", ", ", " + ")


@dataclass
class World:
    """Everything that the candidate tables are built from."""

    dim_users: list[Row] = field(default_factory=list)
    artist_play_count: list[Row] = field(default_factory=list)
    track_play_count: list[Row] = field(default_factory=list)
    artists: list[Row] = field(default_factory=list)
    tracks: list[Row] = field(default_factory=list)
    similar_artists: list[Row] = field(default_factory=list)
    artist_top_tracks: list[Row] = field(default_factory=list)
    tag_top_tracks: list[Row] = field(default_factory=list)
    album_tracks: list[Row] = field(default_factory=list)
    community_similar_artists: list[Row] = field(default_factory=list)
    community_model: list[Row] = field(default_factory=list)
    community_items: list[Row] = field(default_factory=list)
    audio_features: list[Row] = field(default_factory=list)

    def similar_pairs(self) -> list[Row]:
        """Whom the providers list; for whom they list nobody, whom the community does."""
        listed = {row["artist_id"] for row in self.similar_artists}
        learned = [row for row in self.community_similar_artists if row["artist_id"] not in listed]
        return [*self.similar_artists, *({**row, "similar_artist_mbid": None} for row in learned)]

    def played_artists(self, username: str) -> list[Row]:
        return [row for row in self.artist_play_count if row["username"] == username]

    def played_tracks(self, username: str) -> list[Row]:
        return [row for row in self.track_play_count if row["username"] == username]

    def played(self, username: str) -> set[str]:
        return {row["track_id"] for row in self.played_tracks(username)}

    def own_top_tracks(self, artist_id: str) -> list[Row]:
        return [row for row in self.artist_top_tracks if row["artist_id"] == artist_id and is_own(row)]


def exact(fraction: float) -> Decimal:
    """As a decimal(20,15), in which sums do not depend on their order."""
    return Decimal(repr(float(fraction))).quantize(Decimal("1e-15"), ROUND_HALF_UP)


def total(fractions: Iterable[float]) -> float:
    return float(sum((exact(fraction) for fraction in fractions), Decimal(0)))


def canonical(name: str) -> str:
    plain = re.sub("[\u2010-\u2015\u2212]", "-", re.sub("[\u200b\u200c\u200d\u2060\ufeff]", "", name))
    plain = re.sub("[\u201c-\u201f]", '"', re.sub("[\u2018-\u201b]", "'", plain))
    return re.sub(r"\s+", " ", plain).strip().lower()


def is_own(row: Row) -> bool:
    """Whether the track is by the artist whose page lists it."""
    return bool(row["track_id"] == canonical(row["track_name"]) + "|" + row["artist_id"])


def lead_name(name: str) -> str:
    lead = canonical(name).removeprefix("the ")
    cuts = [lead.index(guest) for guest in GUESTS if guest in lead]
    return lead[: min(cuts, default=len(lead))]


def taste(artists: list[Row]) -> Scores:
    """By artist_id, for the played artists of one listener."""
    plays, recent = (
        {row["artist_id"]: math.sqrt(row[of]) for row in artists} for of in ("play_count", "recency_score")
    )
    most, latest = max(plays.values()), max(recent.values())
    return {artist: (plays[artist] / most + (recent[artist] / latest if latest else 0.0)) / 2 for artist in plays}


def familiarity(artists: list[Row]) -> Scores:
    most = max(math.log(1 + row["play_count"]) for row in artists)
    return {row["artist_id"]: math.log(1 + row["play_count"]) / most for row in artists}


def popularity(listeners: int | None) -> float:
    return 0.0 if listeners is None else min(1.0, math.log(1 + listeners) / math.log(1 + 10_000_000))


def is_clone(world: World, pair: Row) -> bool:
    mbid = next((row["artist_mbid"] for row in world.artists if row["artist_id"] == pair["artist_id"]), None)
    same_mbid = mbid is not None and mbid == pair["similar_artist_mbid"]
    return same_mbid or lead_name(pair["artist_id"]) == lead_name(pair["similar_artist_id"])


def similar_artist(world: World, username: str) -> Proposals:
    artists = {row["artist_id"]: row for row in world.played_artists(username)}
    tastes, familiar = taste([*artists.values()]), familiarity([*artists.values()])
    listed_by = Counter(pair["similar_artist_id"] for pair in world.similar_pairs())
    pointing: dict[str, list[Row]] = defaultdict(list)
    for pair in world.similar_pairs():
        if pair["artist_id"] in tastes and not is_clone(world, pair):
            pointing[pair["similar_artist_id"]].append(pair)

    found: Proposals = {}
    for artist_id, pairs in pointing.items():
        near = total(tastes[pair["artist_id"]] * min(pair["match"], 0.9) for pair in pairs)
        near = near / math.sqrt(3 + listed_by[artist_id]) * (1 - familiar.get(artist_id, 0.0))
        best = min(pairs, key=lambda pair: (-tastes[pair["artist_id"]] * pair["match"], pair["artist_id"]))
        reason = pulled_by(artists[best["artist_id"]], best, further_seeds=len(pairs) - 1)
        for track in world.own_top_tracks(artist_id):
            if track["rank"] <= 10:
                found[track["track_id"]] = {"score": near * popularity(track["listeners"]), "reason": reason}
    return found


def pulled_by(seed: Row, pair: Row, further_seeds: int) -> Row:
    named = {"seed_artist_id": seed["artist_id"], "seed_artist_name": seed["artist_name"]}
    pulled = {"match": pair["match"], "seed_play_count": seed["play_count"], "further_seeds": further_seeds}
    return {**named, **pulled}


def tag_shares(world: World, username: str) -> Scores:
    """The listener's 20 heaviest tags, each with its share of all their tags' weight."""
    tags_of_tracks = {row["track_id"]: [tag["name"] for tag in row["tags"]] for row in world.tracks}
    tags_of_artists = {row["artist_id"]: [tag["name"] for tag in row["tags"]] for row in world.artists}
    tagged = [tags for tags in tags_of_artists.values() if tags]
    carriers = Counter(tag for tags in tagged for tag in tags)
    plays: dict[str, list[float]] = defaultdict(list)
    for row in world.played_tracks(username):
        for tag in tags_of_tracks.get(row["track_id"]) or tags_of_artists.get(row["artist_id"]) or []:
            if carriers[tag] >= 5:
                plays[tag].append(math.sqrt(row["play_count"]))
    weights = {tag: total(roots) * math.log(len(tagged) / carriers[tag]) ** 2 for tag, roots in plays.items()}
    everything = total(weights.values())
    top = sorted(weights, key=lambda tag: (-weights[tag], tag))[:20]
    return {tag: weights[tag] / everything for tag in top if weights[tag] > 0}


def similar_tag(world: World, username: str) -> Proposals:
    shares = tag_shares(world, username)
    listing: dict[str, list[Row]] = defaultdict(list)
    for row in world.tag_top_tracks:
        if share := shares.get(row["tag"]):
            listing[row["track_id"]].append({"tag": row["tag"], "rank": row["rank"], "share": share})
    return {
        track_id: {
            "score": total(map(by_one_tag, facts)),
            "reason": {"tags": sorted(facts, key=lambda fact: (-by_one_tag(fact), fact["tag"]))},
        }
        for track_id, facts in listing.items()
    }


def by_one_tag(fact: Row) -> float:
    return float(fact["share"] / math.log2(1 + fact["rank"]))


def deep_cut(world: World, username: str) -> Proposals:
    most_played = sorted(world.played_artists(username), key=lambda row: (-row["play_count"], row["artist_id"]))[:50]
    played = world.played(username)
    found: Proposals = {}
    for artist in most_played:
        cuts = {track: cut for track, cut in obscure_tracks(world, artist).items() if track not in played}
        found |= sorted(cuts.items(), key=lambda cut: (-cut[1]["reason"]["obscurity"], cut[0]))[:10]
    return found


def obscure_tracks(world: World, artist: Row) -> Proposals:
    """The tracks of the artist's ten first albums that are played at most half as often as their best known one."""
    counts = {row["track_id"]: row["playcount"] for row in world.own_top_tracks(artist["artist_id"])}
    known = [count for count in counts.values() if count is not None]
    if not known or max(known) == 0:
        return {}
    of_artist = [row for row in world.album_tracks if row["artist_id"] == artist["artist_id"]]
    on_albums = [row for row in of_artist if row["album_rank"] <= 10 and is_own(row)]
    on_albums.sort(key=lambda row: (row["track_id"], row["album_rank"], row["album_name"]))
    found: Proposals = {}
    for track_id, rows in groupby(on_albums, key=lambda row: row["track_id"]):
        count = counts.get(track_id)
        obscurity = 1 - (min(known) / 2 if count is None else count) / max(known)
        facts = {
            "album_name": next(rows)["album_name"],
            "artist_play_count": artist["play_count"],
            "playcount": count,
            "artist_largest_playcount": max(known),
            "obscurity": obscurity,
        }
        if obscurity >= 0.5:
            found[track_id] = {"score": artist["play_count"] * obscurity, "reason": facts}
    return found


def old_favorite(world: World, username: str) -> Proposals:
    (user,) = (row for row in world.dim_users if row["username"] == username)
    found: Proposals = {}
    for row in world.played_tracks(username):
        days = (row["as_of"] - row["last_played_at"]).total_seconds() / 86_400
        forgotten = math.exp(-days / user["half_life_days"]) < 0.5
        if row["play_count"] >= 3 and row["recency_score_normalized"] < 0.5 and forgotten:
            reason = {name: row[name] for name in ("play_count", "first_played_at", "last_played_at")}
            score = row["play_count"] * (1 - row["recency_score_normalized"])
            found[row["track_id"]] = {"score": score, "reason": reason}
    return found


def collaborative(world: World, username: str) -> Proposals:
    """Nobody is like anybody here: the model has tests of its own."""
    assert not world.community_model and world.played(username)
    return {}


LIKENESS = {
    "energy": 20,
    "tempo": 15,
    "danceability": 15,
    "valence": 15,
    "instrumentalness": 10,
    "acousticness": 10,
    "speechiness": 10,
    "loudness": 5,
}


def likeness(one: Row, other: Row) -> float:
    """The weighted cosine."""

    def product(a: Row, b: Row) -> float:
        return float(sum(weight * a[name] * b[name] for name, weight in LIKENESS.items()))

    return product(one, other) / math.sqrt(product(one, one) * product(other, other))


def audio_match(world: World, username: str) -> Proposals:
    sounds = {row["track_id"]: row for row in world.audio_features}
    largest = max(row["recency_score"] for row in world.played_tracks(username)) or 1
    weights = {row["track_id"]: row["recency_score"] / largest for row in world.played_tracks(username)}
    own = {track: (weight, sounds[track]) for track, weight in weights.items() if weight and track in sounds}
    if not own:
        return {}
    everything = total(weight for weight, _ in own.values())
    profile = {name: total(weight * sound[name] for weight, sound in own.values()) / everything for name in LIKENESS}
    genres: dict[str, list[float]] = defaultdict(list)
    for weight, sound in own.values():
        for genre in sound["genres"]:
            genres[genre].append(weight)
    genre = min(genres, key=lambda one: (-total(genres[one]), one), default=None)
    most = sorted(own, key=lambda track: (-exact(own[track][0]), track))[:50]
    names = {row["track_id"]: row for row in world.played_tracks(username)}

    found: Proposals = {}
    for track, sound in sounds.items():
        alike, shared = likeness(sound, profile), genre in sound["genres"]
        nearest = min(most, key=lambda own_track: (round(-likeness(sound, sounds[own_track]), 12), own_track))
        facts = {f"nearest_{name}": names[nearest][name] for name in ("track_id", "track_name", "artist_name")}
        facts |= {"features": near_features(sound, profile), "likeness": alike, "genre": genre if shared else None}
        found[track] = {"score": alike * (1.2 if shared else 1), "reason": facts}
    return found


def near_features(sound: Row, profile: Row) -> list[Row]:
    near = sorted(LIKENESS, key=lambda name: (-LIKENESS[name] * (1 - abs(sound[name] - profile[name])), name))
    return [{"name": name, "value": sound[name], "yours": profile[name]} for name in near[:3]]


STRATEGIES = {
    "similar_artist": similar_artist,
    "similar_tag": similar_tag,
    "deep_cut": deep_cut,
    "old_favorite": old_favorite,
    "collaborative": collaborative,
    "audio_match": audio_match,
}


def candidates(world: World, strategy: str) -> Ranked:
    """The strategy's table: by listener and track, what was proposed, ranked and cut."""
    table: Ranked = {}
    for username in sorted({row["username"] for row in world.track_play_count}):
        proposals = STRATEGIES[strategy](world, username)
        if strategy != "old_favorite":
            proposals = {track: one for track, one in proposals.items() if track not in world.played(username)}
        table |= {(username, track): one for track, one in ranked(proposals).items()}
    return table


def ranked(proposals: Proposals) -> Proposals:
    """The best 1,000 of one listener. A score of 0 proposes nothing; ties share their rank."""
    scores = {track: one["score"] for track, one in proposals.items() if one["score"] > 0}
    best = sorted(scores, key=lambda track: (-scores[track], track))[:KEPT]
    ranks = {track: 1 + sum(other > scores[track] for other in scores.values()) for track in best}
    return {track: {**proposals[track], "score_normalized": 60 / (59 + ranks[track])} for track in best}


def track_candidates(world: World) -> Ranked:
    """The unified table: the flags that are true, the score, and each strategy's facts."""
    unified: Ranked = {}
    for strategy in STRATEGIES:
        for key, one in candidates(world, strategy).items():
            row = unified.setdefault(key, {"score": 0.0, "reasons": {}})
            row["score"] = max(row["score"], one["score_normalized"])
            row["reasons"][strategy] = one["reason"]
    return unified
