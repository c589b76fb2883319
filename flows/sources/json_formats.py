"""The formats of services' JSON exports, and how to recognise a record of each by its members."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Format:
    """One service's kind of record: it has all of the paths in `has`, and at least one of those in `any_of`."""

    source: str
    method: str
    called: str
    has: tuple[str, ...]
    any_of: tuple[str, ...] = ()

    def matches(self, record: Json) -> bool:
        """Whether the record is of this kind, whatever its values."""
        alternatives = not self.any_of or any(_has(record, path) for path in self.any_of)
        return alternatives and all(_has(record, path) for path in self.has)


LASTFM = Format(
    "lastfm-export", "scrobbles", "Last.fm's data export", ("timestamp.unixtimestamp", "track.name", "track.artist")
)
LISTENBRAINZ = Format(
    "listenbrainz-export", "listens", "ListenBrainz export", ("listened_at", "track_metadata.track_name")
)
SPOTIFY = Format(
    "spotify",
    "streaming-history",
    "Spotify extended streaming history",
    ("ts", "ms_played"),
    ("master_metadata_track_name", "episode_name", "spotify_track_uri"),
)
SPOTIFY_ACCOUNT = Format(
    "spotify-account",
    "streaming-history",
    "Spotify account data",
    ("endTime", "msPlayed"),
    ("trackName", "podcastName"),
)
MALOJA = Format("maloja", "scrobbles", "Maloja export", ("time",), ("track.artists", "artists"))
KOITO = Format("koito", "listens", "Koito export", ("listened_at", "track.aliases", "artists"))

FORMATS = (LASTFM, LISTENBRAINZ, SPOTIFY, SPOTIFY_ACCOUNT, MALOJA, KOITO)


def format_of(records: list[Json]) -> Format | None:
    """The format of more than half of the records; None if no format has that many."""
    counts = {kind: sum(map(kind.matches, records)) for kind in FORMATS}
    likeliest = max(FORMATS, key=lambda kind: counts[kind])
    return likeliest if counts[likeliest] * 2 > len(records) else None


def _has(record: object, path: str) -> bool:
    for name in path.split("."):
        if not isinstance(record, dict) or name not in record:
            return False
        record = record[name]
    return True
