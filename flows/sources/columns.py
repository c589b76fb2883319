"""Finds out which column of a table holds which field: by its name, or by content if there is no header."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from itertools import islice

from flows.sources.text_columns import roles_of_texts

Row = Sequence[str]
Positions = Mapping[str, tuple[int, ...]]

REQUIRED = ("artist", "track", "time")

# Compared without case, blanks and punctuation; the most specific name first. "artist.#text" and "date.uts" come from
# the Last.fm API's JSON, flattened.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "artist": ("artistname", "artist", "artisttext", "artists", "artistnames", "performer", "band", "albumartist"),
    "track": ("trackname", "tracktitle", "track", "songtitle", "songname", "song", "title", "name"),
    "album": ("albumname", "albumtitle", "album", "albumtext", "releasename", "release"),
    "time": (
        *("uts", "dateuts", "unixtimestamp", "unixtime", "unix", "epoch", "timestamp", "ts"),
        *("utctime", "timeutc", "datetimeutc", "dateutc", "utcdate", "utc", "datetime", "dateandtime"),
        *("playedat", "scrobbledat", "listenedat", "playedon", "scrobbletime", "scrobbledate", "playdate", "endtime"),
        *("time", "date", "datetext"),
    ),
    "track_mbid": ("trackmbid", "recordingmbid", "songmbid", "mbid"),
    "artist_mbid": ("artistmbid",),
    "ms_played": ("msplayed", "playedms", "durationms", "trackdurationms"),
}

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NO_TEXT = re.compile(r"[-+]?[\d.,:/]+|https?://\S+|true|false|yes|no", re.IGNORECASE)

_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = rf"(\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}} {_MONTH} \d{{4}})"
_CLOCK = r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?"
_ZONE = r"\s?(z|utc|gmt|[-+]\d{2}(:?\d{2})?)"
EPOCH = re.compile(r"(\d{9,10}|\d{13})(\.\d+)?|0")
DAY_AND_CLOCK = re.compile(rf"{_DAY}(T|,?\s+){_CLOCK}({_ZONE})?", re.IGNORECASE)
DAY = re.compile(_DAY, re.IGNORECASE)

MOST = 0.9
"""A column is of a kind when nine cells in ten are: artists called "1914" or "1995" do not make numbers of them."""

ENOUGH_TIMES = 2_000

ONE_ARTIST = 50
"""Shorter histories may be of a single artist; in longer ones a name that never changes is no artist's."""


class Kind(IntEnum):
    """What the cells of a time column hold, the most exact first: seconds before minutes, and both before days."""

    EPOCH = 0
    CLOCK = 1
    DAY = 2
    EMPTY = 3
    OTHER = 4


class ColumnsNotFound(Exception):
    """No column for an artist, a track or a time; the message says what is missing and what to do."""

    def __init__(self, why: str, what_to_do: str) -> None:
        self.why, self.what_to_do = why, what_to_do
        super().__init__(f"{why}: {what_to_do}")


def find_columns(rows: Sequence[Row], width: int) -> tuple[bool, Positions]:
    """Whether the first row is a header, and the positions of each field, best first. Raises `ColumnsNotFound`."""
    named = by_name(rows[0], rows[1:]) if rows else {}
    if all(field in named for field in REQUIRED):
        return True, named
    unnamed = by_content(rows, width)
    if _is_header(rows, named, unnamed):
        raise _not_named(rows, [field for field in REQUIRED if field not in named])
    if missing := [field for field in REQUIRED if field not in unnamed]:
        raise _not_in_content(missing)
    return False, unnamed


def by_name(header: Row, rows: Sequence[Row]) -> Positions:
    """The fields found by column name; several time columns are ordered by the kind of their content."""
    names = [plain(cell) for cell in header]
    found = {field: _named_positions(names, synonyms) for field, synonyms in SYNONYMS.items()}
    kinds = {position: kind_of(_cells(rows, position)) for position in found.pop("time")}
    times = sorted((at for at, kind in kinds.items() if kind is not Kind.OTHER), key=lambda at: kinds[at])
    positions = {field: at[:1] for field, at in found.items() if at}
    return positions | ({"time": tuple(times)} if times else {})


def by_content(rows: Sequence[Row], width: int) -> Positions:
    """The fields found by content: times and ids by their pattern, names by how they repeat."""
    whole = [row for row in rows if len(row) == width]
    columns = {position: [row[position].strip() for row in whole] for position in range(width)}
    kinds = {position: kind_of(cells, share=0.5) for position, cells in columns.items()}
    times = sorted((kind, position) for position, kind in kinds.items() if kind < Kind.EMPTY)
    ids = [position for position, cells in columns.items() if _mostly(UUID, cells)]
    texts = {position: columns[position] for position in _texts(columns, {at for _, at in times} | set(ids))}
    positions = {"time": tuple(position for _, position in times)} if times else {}
    roles = roles_of_texts(texts) if len(texts) > 1 else {}
    return positions | {field: (at,) for field, at in {**roles, **_ids_of(roles, columns, ids)}.items()}


def kind_of(cells: Iterable[str], share: float = 0.0) -> Kind:
    """The most frequent kind of time among the cells; `OTHER` if less than `share` of them are times."""
    filled = list(islice((stripped for cell in cells if (stripped := cell.strip())), ENOUGH_TIMES))
    kinds = Counter(_kind(cell) for cell in filled)
    times = len(filled) - kinds.pop(Kind.OTHER, 0)
    if not filled:
        return Kind.EMPTY
    return max(kinds, key=lambda kind: kinds[kind]) if times and times >= share * len(filled) else Kind.OTHER


def plain(name: str) -> str:
    """A column's name without case, blanks, punctuation and marks: "Track_Name" and "track name" become equal."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def _kind(cell: str) -> Kind:
    if EPOCH.fullmatch(cell):
        return Kind.EPOCH
    if DAY_AND_CLOCK.fullmatch(cell):
        return Kind.CLOCK
    return Kind.DAY if DAY.fullmatch(cell) else Kind.OTHER


def _named_positions(names: Sequence[str], synonyms: Sequence[str]) -> tuple[int, ...]:
    return tuple(at for synonym in synonyms for at, name in enumerate(names) if name == synonym)


def _cells(rows: Sequence[Row], position: int) -> list[str]:
    return [row[position] for row in rows if position < len(row)]


def _mostly(pattern: re.Pattern[str], cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(bool(pattern.fullmatch(cell)) for cell in filled) >= MOST * len(filled)


def _texts(columns: Mapping[int, Sequence[str]], taken: set[int]) -> list[int]:
    """The three text columns that vary most: a constant one is the listener's own name or the player's."""
    texts = {at: len(set(cells)) for at, cells in columns.items() if at not in taken and any(cells)}
    texts = {at: distinct for at, distinct in texts.items() if not _mostly(NO_TEXT, columns[at])}
    varied = {at: distinct for at, distinct in texts.items() if distinct > 1 or len(columns[at]) < ONE_ARTIST}
    chosen = varied if len(varied) > 1 else texts
    return sorted(sorted(chosen, key=lambda at: -chosen[at])[:3])


def _ids_of(roles: Mapping[str, int], columns: Mapping[int, Sequence[str]], ids: Sequence[int]) -> dict[str, int]:
    """Assign each id column to the names with which it is most nearly one to one; album ids are not kept."""
    owners: dict[str, int] = {}
    for position in ids if roles else ():
        owner = min(roles, key=lambda role: _surplus(columns[roles[role]], columns[position]))
        owners.setdefault(f"{owner}_mbid", position)
    return {field: position for field, position in owners.items() if field in SYNONYMS}


def _surplus(names: Sequence[str], ids: Sequence[str]) -> float:
    """How far names and ids are from one to one: the share of surplus pairs; 0 if they are one to one."""
    pairs = {(name, uuid) for name, uuid in zip(names, ids, strict=True) if uuid}
    return (2 * len(pairs) - len({name for name, _ in pairs}) - len({uuid for _, uuid in pairs})) / len(pairs)


def _is_header(rows: Sequence[Row], named: Positions, unnamed: Positions) -> bool:
    """Whether the first row is a header, not a first play with a missing or wrong time: no header cell recurs below."""
    if "time" not in unnamed:
        return bool(named)
    first = rows[0][unnamed["time"][0]].strip() if unnamed["time"][0] < len(rows[0]) else ""
    if not first or _kind(first) is not Kind.OTHER:
        return False
    recurring = any(cell and cell in _cells(rows[1:], position) for position, cell in enumerate(rows[0]))
    return bool(named) or not recurring


def _not_named(rows: Sequence[Row], missing: Sequence[str]) -> ColumnsNotFound:
    header = rows[0]
    for position, cell in enumerate(header):
        if "time" in missing and plain(cell) in SYNONYMS["time"]:
            return _no_such_time(cell, _cells(rows[1:], position))
    names = ", ".join(cell.strip()[:40] for cell in header[:12] if cell.strip())
    why = f"has no column name for the {' or the '.join(missing)} (its columns: {names})"
    return ColumnsNotFound(why, "name the columns artist, track and timestamp in the first line")


def _not_in_content(missing: Sequence[str]) -> ColumnsNotFound:
    why = f"has no column that looks like the {' or the '.join(missing)} of plays"
    return ColumnsNotFound(
        why, "choose a CSV file with columns for artist, track and time, ideally named in the first line"
    )


def _no_such_time(name: str, cells: Sequence[str]) -> ColumnsNotFound:
    example = next((cell.strip()[:40] for cell in cells if cell.strip()), "")
    why = f"has no recognizable time in its column {name.strip()[:40]} ({example})"
    return ColumnsNotFound(why, 'write times as seconds since 1970, "2024-07-11 09:07:32" or "11 Jul 2024, 09:07"')
