"""Marks a new lake with the format that this version of Segue writes, and checks the mark of an existing one."""

import json
from pathlib import Path

from jobs.json_file import write_json
from jobs.locks import locked

# Increased with every change that would make this code misread the tables of another version.
FORMAT = 1


class LakeFromAnotherVersion(Exception):
    """The lake on disk was written by another version of Segue."""


def claim(root: Path, user_buckets: int) -> None:
    """Mark a new lake as this version's. Raises `LakeFromAnotherVersion` if it has another mark."""
    mark = root / "lake.json"
    expected = {"format": FORMAT, "user_buckets": user_buckets}
    with locked(root / ".locks" / "lake"):
        if not mark.exists():
            write_json(mark, expected)
        found = json.loads(mark.read_text())
    if found != expected:
        raise LakeFromAnotherVersion(
            f"the lake at {root} has {found}, but this version of Segue writes {expected}: "
            "use the version that wrote it, or another SEGUE_HOME"
        )
