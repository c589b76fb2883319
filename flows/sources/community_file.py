"""Files about who listens to what, and how often, of many people; the format is recognised by content.

Supported are HetRec's files (`user_artists.dat` with `artists.dat`), the LightGCN text format, ListenBrainz's listens
as JSON lines, and triplets of listener, artist and plays. No person's name or id leaves this module: listeners are
numbered in the order in which a file mentions them.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from flows.sources.text_file import NotAHistory, opened

Record = dict[str, str]
SAMPLE_LINES = 200
# A file that is no text contains zero bytes.
NUL = "\x00"
NUMBERS = re.compile(r"\d+( \d+)*\s*")
NUMBER = re.compile(r"\d+(\.\d+)?")
DELIMITERS = "\t,;"
HETREC_PLAYS = ["userID", "artistID", "weight"]
HETREC_ARTISTS = ["id", "name", "url", "pictureURL"]
HETREC_OTHERS = (["userID", "artistID", "tagID"], ["tagID", "tagValue"], ["userID", "friendID"])
# For each field, the names its column may have; the first name that is present counts.
SYNONYMS = {
    "listener": ("listener", "user", "user_id", "userid", "user_name", "username"),
    "artist": ("artist", "artist_name", "artistname", "item"),
    "track": ("track", "track_name", "trackname", "song", "title"),
    "plays": ("plays", "playcount", "play_count", "count", "weight", "listens"),
}
# Columns of a file without a header, by their number. Four are the Last.fm 360K data set's, whose second is an MBID.
WITHOUT_HEADER = {
    2: ("listener", "artist"),
    3: ("listener", "artist", "plays"),
    4: ("listener", "", "artist", "plays"),
}


@dataclass
class Numbers:
    """Numbers people from 1 up; their names are forgotten with this object."""

    known: dict[str, int] = field(default_factory=dict, repr=False)

    def of(self, person: str) -> str:
        """The person's number; empty if the name is empty."""
        return str(self.known.setdefault(person, len(self.known) + 1)) if person else ""


@dataclass(frozen=True)
class CommunityFile:
    """A file whose format is known: the format's name, and the function that reads its lines."""

    path: Path
    form: str
    read: Callable[[TextIO, Numbers], Iterator[Record]]

    def records(self) -> Iterator[Record]:
        """One record per listener and item, or per listen: `listener` (a number), `artist`, and other fields."""
        with opened(self.path, "utf-8-sig") as text:
            for record in self.read(text, Numbers()):
                yield {name: _readable(value) for name, value in record.items() if value}


def inspect(files: Sequence[Path]) -> list[CommunityFile]:
    """The files that say who listens to what. Raises `NotAHistory` for a file of unknown format.

    HetRec's artists give the names of its plays; its tags and friends are not needed.
    """
    samples = {path: _sample(path) for path in files}
    names: dict[str, str] = {}
    for path, lines in samples.items():
        if _header(lines) == HETREC_ARTISTS:
            names = _hetrec_names(path)
    found = [_understood(path, lines, names) for path, lines in samples.items() if not _is_beside(lines)]
    if not found:
        raise NotAHistory(files[0], "does not say who listens to what", "add user_artists.dat")
    return found


def _sample(path: Path) -> list[str]:
    with opened(path, "utf-8-sig") as text:
        lines = [line.rstrip("\r\n") for line in islice(text, SAMPLE_LINES)]
    if not any(lines) or any(NUL in line for line in lines):
        raise NotAHistory(path, "is empty or not text", "choose a file of listeners, artists and plays")
    return lines


def _header(lines: Sequence[str]) -> list[str]:
    return lines[0].split("\t")


def _is_beside(lines: Sequence[str]) -> bool:
    """Whether it is one of HetRec's files without plays."""
    header = _header(lines)
    return header == HETREC_ARTISTS or any(header[: len(other)] == other for other in HETREC_OTHERS)


def _understood(path: Path, lines: Sequence[str], names: Mapping[str, str]) -> CommunityFile:
    if _header(lines) == HETREC_PLAYS:
        if not names:
            raise NotAHistory(path, "gives artists only as numbers", "also give artists.dat from the same folder")
        return CommunityFile(path, "hetrec", lambda text, numbers: _hetrec(text, numbers, names))
    if all(NUMBERS.fullmatch(line) for line in lines if line):
        return CommunityFile(path, "lightgcn", _lightgcn)
    if lines[0].lstrip().startswith("{"):
        return CommunityFile(path, "listenbrainz", _listenbrainz)
    return _triplets(path, lines)


def _hetrec_names(path: Path) -> dict[str, str]:
    with opened(path, "utf-8-sig") as text:
        rows = (line.rstrip("\r\n").split("\t") for line in text)
        return {row[0]: row[1] for row in rows if len(row) > 1}


def _hetrec(text: TextIO, numbers: Numbers, names: Mapping[str, str]) -> Iterator[Record]:
    for line in islice(text, 1, None):
        person, artist, plays = (*line.rstrip("\r\n").split("\t"), "", "")[:3]
        yield {"listener": numbers.of(person), "artist": names.get(artist, ""), "plays": plays}


def _lightgcn(text: TextIO, numbers: Numbers) -> Iterator[Record]:
    """A line is a listener and their items. Item numbers get a `#`, since a number may also be a name: the band 311."""
    for line in text:
        person, *items = line.split() or [""]
        yield from ({"listener": numbers.of(person), "artist": f"#{item}"} for item in items)


def _listenbrainz(text: TextIO, numbers: Numbers) -> Iterator[Record]:
    """A line is a listen; the dumps say `timestamp` where the API says `listened_at`."""
    for line in filter(str.strip, text):
        try:
            listen = json.loads(line)
            about = listen["track_metadata"]
            person = listen.get("user_id") or listen.get("user_name") or ""
            named = {"artist": about["artist_name"], "track": about["track_name"]}
        except (ValueError, KeyError, TypeError, AttributeError):
            yield {"unusable": "no listen"}
            continue
        when = listen.get("listened_at") or listen.get("timestamp") or ""
        yield {"listener": numbers.of(str(person)), **_texts(named), "at": str(when)}


def _texts(named: Mapping[str, Any]) -> Record:
    return {name: value if isinstance(value, str) else "" for name, value in named.items()}


def _triplets(path: Path, lines: Sequence[str]) -> CommunityFile:
    delimiter = max(DELIMITERS, key=lambda each: (lines[0].count(each), -DELIMITERS.index(each)))
    first, *others = csv.reader(lines, delimiter=delimiter)
    named = [next((name for name, said in SYNONYMS.items() if _plain(cell) in said), "") for cell in first]
    has_header = {"listener", "artist"} <= set(named)
    columns = tuple(named) if has_header else WITHOUT_HEADER.get(len(first), ())
    is_counted = "plays" not in columns or all(NUMBER.fullmatch(row[columns.index("plays")]) for row in others[:1])
    if not columns or not is_counted:
        what_to_do = "use columns listener, artist and plays, or a format listed in docs/collaborative.md"
        raise NotAHistory(path, "contains no listens in a known format", what_to_do)

    def read(text: TextIO, numbers: Numbers) -> Iterator[Record]:
        for row in islice(csv.reader(text, delimiter=delimiter), int(has_header), None):
            record = {name: cell for name, cell in zip(columns, row, strict=False) if name}
            yield {**record, "listener": numbers.of(record.get("listener", ""))}

    return CommunityFile(path, "triplets", read)


def _plain(cell: str) -> str:
    return cell.strip().lower().replace(" ", "_").replace("-", "_")


def _readable(text: str) -> str:
    """The text with U+FFFD for each byte that is not UTF-8."""
    return text.encode(errors="surrogateescape").decode(errors="replace")
