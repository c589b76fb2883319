"""A Delta table without rows, laid down as its first commit.

`CREATE TABLE` does the same at half a second a table in a session that just started, and a lake has some 30. The form
of the commit is Delta's transaction log protocol (PROTOCOL.md: "Change Metadata", "Protocol Evolution").
"""

import json
import os
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pyspark.sql import types as T

FIRST_COMMIT = f"{0:020}.json"
FIRST_CHECKSUM = f"{0:020}.crc"
# What any reader knows, and writers that heed NOT NULL.
PROTOCOL = {"minReaderVersion": 1, "minWriterVersion": 2}
# Deletion vectors and column mapping would shut out Delta readers other than Spark.
READABLE_BY_ANY_READER = {"delta.enableDeletionVectors": "false", "delta.columnMapping.mode": "none"}

# What a table without files holds.
NOTHING: Mapping[str, object] = {
    "tableSizeBytes": 0,
    "numFiles": 0,
    "numMetadata": 1,
    "numProtocol": 1,
    "setTransactions": [],
    "domainMetadata": [],
    "allFiles": [],
}


def lay_down(path: Path, schema: T.StructType, partition_by: tuple[str, ...]) -> None:
    """Create the table at the path; where somebody else just did, theirs stays. A reader sees all of it or nothing."""
    log = path / "_delta_log"
    log.mkdir(parents=True, exist_ok=True)
    actions = _actions(schema, partition_by)
    lines = "".join(f"{json.dumps(action)}\n" for action in actions)
    if _written_once(log / FIRST_COMMIT, lines):
        _written_once(log / FIRST_CHECKSUM, json.dumps(_checksum(actions)))


def _written_once(path: Path, text: str) -> bool:
    """Whether the file is ours, whole and on the disk, and not one that was there."""
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".creating-")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).chmod(0o644)
        path.hardlink_to(unfinished)
    except FileExistsError:
        return False
    finally:
        Path(unfinished).unlink()
    return True


def _checksum(actions: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """What replaying the commit would find (PROTOCOL.md, "Version Checksum File"), so that Delta need not."""
    told = {kind: one for action in actions for kind, one in action.items()}
    return {**NOTHING, "metadata": told["metaData"], "protocol": told["protocol"]}


def _actions(schema: T.StructType, partition_by: tuple[str, ...]) -> list[Mapping[str, object]]:
    now = int(datetime.now(UTC).timestamp() * 1000)
    commit = {
        "timestamp": now,
        "operation": "CREATE TABLE",
        "operationParameters": {
            "partitionBy": json.dumps(partition_by),
            "description": None,
            "isManaged": "false",
            "properties": json.dumps(READABLE_BY_ANY_READER),
        },
        "isolationLevel": "Serializable",
        "isBlindAppend": True,
        "operationMetrics": {},
        "engineInfo": "Segue",
    }
    table = {
        "id": str(uuid.uuid4()),
        "format": {"provider": "parquet", "options": {}},
        "schemaString": schema.json(),
        "partitionColumns": partition_by,
        "configuration": READABLE_BY_ANY_READER,
        "createdTime": now,
    }
    return [{"commitInfo": commit}, {"metaData": table}, {"protocol": PROTOCOL}]
