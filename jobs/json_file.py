"""A JSON file, written whole or not at all."""

import json
import uuid
from pathlib import Path


def write_json(path: Path, content: object) -> None:
    """Put the content in the file's place at once; of two writers the later one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    unfinished.write_text(json.dumps(content))
    unfinished.replace(path)
