"""A user's mapping of a file's columns: `artist=Band,track=Song,time=When`."""

from collections.abc import Mapping, Sequence

from flows.sources.columns import REQUIRED, SYNONYMS, ColumnsNotFound, plain

# For each field, the name of its column, or the column's number, from 1, if the file has no header.
Mapped = Mapping[str, str]
EXAMPLE = "artist=Band,track=Song,time=When"


class BadMapping(Exception):
    """An invalid mapping of columns; the message says what is wrong and what to do."""


def read_mapping(written: str | None) -> Mapped | None:
    """Parse the mapping from the command line; None if there is none. Raises `BadMapping`."""
    if written is None:
        return None
    pairs = [part.partition("=") for part in written.split(",")]
    mapped = {field.strip().lower(): column.strip() for field, _, column in pairs}
    if unknown := [field for field in mapped if field not in SYNONYMS]:
        raise BadMapping(
            f"--map contains {unknown[0]!r}, which is unknown: use {', '.join(SYNONYMS)}, such as {EXAMPLE}"
        )
    if missing := [field for field in REQUIRED if not mapped.get(field)]:
        raise BadMapping(f"--map has no column for the {' or the '.join(missing)}: write it as {EXAMPLE}")
    return {field: column for field, column in mapped.items() if column}


def mapped_columns(rows: Sequence[Sequence[str]], mapped: Mapped) -> tuple[bool, dict[str, tuple[int, ...]]]:
    """Whether the first row is a header, and the position of each field. Raises `ColumnsNotFound`."""
    width = max(map(len, rows), default=0)
    if all(column.isdecimal() and 1 <= int(column) <= width for column in mapped.values()):
        return False, {field: (int(column) - 1,) for field, column in mapped.items()}
    names = [plain(cell) for cell in rows[0]] if rows else []
    if missing := [column for column in mapped.values() if plain(column) not in names]:
        raise no_such_column(missing[0], rows[0] if rows else ())
    return True, {field: (names.index(plain(column)),) for field, column in mapped.items()}


def no_such_column(column: str, names: Sequence[str]) -> ColumnsNotFound:
    """The error for a mapping that names a missing column."""
    there = ", ".join(name.strip()[:40] for name in names[:12] if name.strip())
    return ColumnsNotFound(f"has no column {column[:40]!r} (its columns: {there})", "use one of these in --map")
