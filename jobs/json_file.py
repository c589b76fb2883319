"""Writes JSON files atomically."""

import json
import uuid
from pathlib import Path


def write_json(path: Path, content: object) -> None:
    """Replace the file by the content, atomically; with two writers the later one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    unfinished.write_text(json.dumps(content))
    unfinished.replace(path)
