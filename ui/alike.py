"""Listeners similar to one: as published, without those who have not joined or have left since."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

NEIGHBORS = "SELECT rows FROM neighbors WHERE username = ?"


@dataclass(frozen=True)
class WeighedArtist:
    """An artist, of how many people this is said, and how much they weigh, 0..1."""

    artist_id: str
    artist_name: str
    weight: float
    people: int


@dataclass(frozen=True)
class Near:
    """Whoever is near: `similarity` is the cosine of what artists mean to both, of several people its mean.

    `common` are artists that carry it, each with its share; `theirs` those that they play and the listener has not,
    with how much each means to them.
    """

    people: int
    similarity: float
    common: tuple[WeighedArtist, ...]
    theirs: tuple[WeighedArtist, ...]


@dataclass(frozen=True)
class NearListener(Near):
    """A listener who joined as well; `own` is what the listener plays and they have not."""

    username: str
    own: tuple[WeighedArtist, ...]


@dataclass(frozen=True)
class Alike:
    """Who is near a listener; nobody where they have not joined. `community` are people without names."""

    username: str
    joined: bool
    listeners: tuple[NearListener, ...] = ()
    community: Near | None = None


class Published(Protocol):
    """A store of published neighbors."""

    def neighbors(self, username: str) -> tuple[Near, ...]:
        """All neighbors of a listener, the nearest first."""
        ...


def alike(store: Published, joined: Collection[str], username: str) -> Alike:
    """The neighbors of the listener of this lower-case name; `joined` are all who may be shown to each other now."""
    if username not in joined:
        return Alike(username, joined=False)
    near = store.neighbors(username)
    listeners = tuple(one for one in near if isinstance(one, NearListener) and one.username in joined)
    community = next((one for one in near if not isinstance(one, NearListener)), None)
    return Alike(username, joined=True, listeners=listeners, community=community)


def read_neighbors(connection: sqlite3.Connection, username: str) -> tuple[Near, ...]:
    """All published neighbors of a listener, the nearest first."""
    found = connection.execute(NEIGHBORS, (username,)).fetchone()
    return tuple(_near(row) for row in json.loads(found[0])) if found else ()


def _near(row: Mapping[str, Any]) -> Near:
    common, theirs, own = (tuple(WeighedArtist(**one) for one in row[name]) for name in ("common", "theirs", "own"))
    if row["neighbor"] is None:
        return Near(row["people"], row["similarity"], common, theirs)
    return NearListener(row["people"], row["similarity"], common, theirs, row["neighbor"], own)
