"""What a session leaves to those after it: the JARs that were fetched, and Java's classes as they were loaded.

A session reads some 25,000 classes out of 300 JARs and verifies them, which is a third of the work of a small build.
Java keeps them as it has them in memory (class data sharing: JEP 310, 350) in a file of 200 MB. All that is left lies
in one folder of the environment, and goes with it. Where that cannot be written nothing is left and nothing missed.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jobs.java import Java

FOLDER = Path(sys.prefix) / "java"
# Java writes it last: where these are not a file's first bytes, its writer was killed.
MAGIC = bytes.fromhex("a8ab0bf0")
# Of every class that cannot be kept Java would say so, on standard output, when the command has long ended.
QUIET = ("-Xlog:disable", "-Xlog:all=error:stderr")


class HeadStart:
    """What sessions on this Java, with these packages, leave in the folder and find there."""

    def __init__(self, java: Java, packages: Mapping[str, str], folder: Path = FOLDER) -> None:
        self._java, self._folder = java, folder
        self.jars = folder / f"jars-{_digest(packages)}"
        # Another Java, or other classes, would refuse it.
        self._archive = folder / f"classes-{_digest([java.version, version('pyspark'), str(self.jars)])}.jsa"
        self._worth = self._archive.with_suffix(".worth")

    def environment(self, *, leaving: bool) -> dict[str, str]:
        """Variables for Spark's scripts: what is there is used; `leaving` has Java leave its classes when it ends."""
        if not self.jars.exists():
            return {}
        options = self._archive_options(leaving)
        return {
            # What Spark's scripts put behind Spark's own JARs.
            "SPARK_DIST_CLASSPATH": _joined(":", f"{self.jars}/*", os.environ.get("SPARK_DIST_CLASSPATH")),
            "SPARK_SUBMIT_OPTS": _joined(" ", os.environ.get("SPARK_SUBMIT_OPTS"), *map(shlex.quote, options)),
        }

    def keep_jars(self, fetched: str) -> None:
        """Keep the JARs that the resolver fetched, as `spark.jars` names them: addresses with commas between."""
        addresses = [urlsplit(address) for address in fetched.split(",")]
        if self.jars.exists() or any(one.scheme != "file" for one in addresses) or not self._may_be_written():
            return
        self._folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder) as unfinished:
            whole = Path(unfinished) / "jars"
            whole.mkdir()
            for address in addresses:
                shutil.copy(unquote(address.path), whole)
            try:
                whole.rename(self.jars)
            except OSError:
                # Another session was faster.
                if not self.jars.exists():
                    raise

    def worth_keeping(self) -> None:
        """This session has built something: the classes that it leaves are those that a build needs."""
        if self.jars.exists() and self._may_be_written():
            self._worth.touch()

    def _may_be_written(self) -> bool:
        return os.access(self._folder if self._folder.exists() else self._folder.parent, os.W_OK)

    def _archive_options(self, leaving: bool) -> list[str]:
        if self._worth.exists() and _is_whole(self._archive):
            return [*QUIET, f"-XX:SharedArchiveFile={self._archive}"]
        if not (leaving and self._may_be_written()):
            return []
        self._worth.unlink(missing_ok=True)
        return [*QUIET, *self._base(), f"-XX:ArchiveClassesAtExit={self._archive}"]

    def _base(self) -> list[str]:
        """The runtime in the wheel comes without the classes of Java itself, on which others' must be laid."""
        if not self._java.home:
            return []
        base = self._archive.with_suffix(".base.jsa")
        option = f"-XX:SharedArchiveFile={base}"
        if not base.exists():
            # Not complete, it is refused by Java, which then goes on without.
            subprocess.run([self._java.program, "-Xshare:dump", option], capture_output=True, check=False)
        return [option]


def _joined(separator: str, *parts: str | None) -> str:
    return separator.join(filter(None, parts))


def _is_whole(archive: Path) -> bool:
    if not archive.exists():
        return False
    with archive.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
