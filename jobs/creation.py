"""Creates a Delta table without rows, by writing its first commit.

`CREATE TABLE` does the same but takes half a second per table in a new session, and a lake has some 30 tables. The
commit follows Delta's transaction log protocol (PROTOCOL.md: "Change Metadata", "Protocol Evolution").
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
# The protocol of every reader, and of writers that enforce NOT NULL.
PROTOCOL = {"minReaderVersion": 1, "minWriterVersion": 2}
PROPERTIES = {
    # Delta readers other than Spark may not support these two.
    "delta.enableDeletionVectors": "false",
    "delta.columnMapping.mode": "none",
    # Each write computes the smallest and largest values of so many columns; of the default 32, that was a sixth of the
    # work of a small one. Partitions tell what to skip, and within them the listener or the first id.
    "delta.dataSkippingNumIndexedCols": "2",
}

# The parts of the checksum for a table without files.
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
    """Create the table at the path, unless another process just did. Readers see all of it or nothing."""
    log = path / "_delta_log"
    log.mkdir(parents=True, exist_ok=True)
    actions = _actions(schema, partition_by)
    lines = "".join(f"{json.dumps(action)}\n" for action in actions)
    if _written_once(log / FIRST_COMMIT, lines):
        _written_once(log / FIRST_CHECKSUM, json.dumps(_checksum(actions)))


def _written_once(path: Path, text: str) -> bool:
    """Write the file, atomically and synced to disk, unless it exists; return whether it was written."""
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
    """The result of replaying the commit (PROTOCOL.md, "Version Checksum File"), so that Delta need not replay it."""
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
            "properties": json.dumps(PROPERTIES),
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
        "configuration": PROPERTIES,
        "createdTime": now,
    }
    return [{"commitInfo": commit}, {"metaData": table}, {"protocol": PROTOCOL}]
