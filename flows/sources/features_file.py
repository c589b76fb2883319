"""Tables of tracks with their audio features, as published on Kaggle; columns are recognised by the header.

Supported are the Ultimate Spotify Tracks DB (`genre`, `artist_name`), the Spotify Tracks Dataset (`artists`,
`track_genre`), the tables of 160,000 and 1,200,000 tracks (`id`, `name`, artists as a Python list), the 30,000 songs
(`track_artist`, `playlist_genre`), and others with the same column names; also as gzip and zip, as downloaded.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from flows.sources.archive import is_archive, members
from flows.sources.csv_rows import csv_rows
from flows.sources.text_file import (
    NotAHistory,
    Readable,
    is_undecoded,
    opened,
    read_start,
    readable,
    refuse_other_encodings,
)

Record = dict[str, str]
DELIMITERS = ",;\t"
# The advice in the error message for a file that is something else.
WANTED = "give a CSV with columns artist, track and Spotify's features, such as danceability and tempo"
# For each field, the names its column may have; the first name that is present counts.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "artist": ("artist_name", "track_artist", "artist", "singer"),
    "artists": ("artists",),
    "track": ("track_name", "name", "song", "title", "track"),
    "album": ("album_name", "track_album_name", "album"),
    "spotify_id": ("track_id", "id", "spotify_id", "uri"),
    "genre": ("track_genre", "genre", "playlist_genre", "genres"),
    "popularity": ("popularity", "track_popularity"),
    "duration_ms": ("duration_ms",),
    **{
        feature: (feature,)
        for feature in (
            *("acousticness", "danceability", "energy", "instrumentalness", "liveness"),
            *("loudness", "speechiness", "tempo", "valence"),
        )
    },
}
OPTIONAL = {"artist", "artists", "album", "spotify_id", "genre", "popularity", "duration_ms"}
REQUIRED = SYNONYMS.keys() - OPTIONAL


@dataclass(frozen=True)
class FeaturesFile:
    """A table whose columns are known: for each field, the index of its column."""

    path: Readable
    encoding: str
    delimiter: str
    columns: Mapping[str, int]
    width: int

    def records(self) -> Iterator[Record]:
        """One record per row, with its cells trimmed; `unusable` says why a row cannot be read."""
        with opened(self.path, self.encoding) as text:
            for row in islice(csv_rows(self.path, text, self.delimiter), 1, None):
                yield self._record(row)

    def _record(self, row: Sequence[str]) -> Record:
        if any(map(is_undecoded, row)):
            return {"track": readable(" ".join(row)), "unusable": "not UTF-8"}
        if len(row) > self.width:
            return {"track": " ".join(row), "unusable": "more fields than columns"}
        cells = {field: row[place].strip() for field, place in self.columns.items() if place < len(row)}
        return {field: cell for field, cell in cells.items() if cell}


def inspect(files: Sequence[Path]) -> list[FeaturesFile]:
    """The tables of features among these files. Raises `NotAHistory` for one that holds something else."""
    return [_understood(table) for path in files for table in _tables(path)]


def _tables(path: Path) -> list[Readable]:
    if not is_archive(path):
        return [path]
    tables: list[Readable] = [member for member in members(path) if member.name.lower().endswith((".csv", ".csv.gz"))]
    if not tables:
        raise NotAHistory(path, "contains no table of tracks", WANTED)
    return tables


def _understood(path: Readable) -> FeaturesFile:
    start = read_start(path)
    refuse_other_encodings(path, start.text)
    first = start.text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=lambda each: (first.count(each), -DELIMITERS.index(each)))
    with opened(path, start.encoding) as text:
        header = [_plain(cell) for cell in next(csv_rows(path, text, delimiter), [])]
    columns = {field: header.index(name) for field in SYNONYMS if (name := _named(field, header))}
    missing = sorted(REQUIRED - columns.keys())
    if not {"artist", "artists"} & columns.keys():
        missing.append("artist")
    if missing:
        raise NotAHistory(path, f"is not a table of audio features: it has no column {', '.join(missing)}", WANTED)
    return FeaturesFile(path, start.encoding, delimiter, columns, len(header))


def _named(field: str, header: Sequence[str]) -> str:
    return next((name for name in SYNONYMS[field] if name in header), "")


def _plain(cell: str) -> str:
    return cell.strip().lower().replace(" ", "_").replace("-", "_")
