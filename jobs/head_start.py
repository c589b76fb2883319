"""What a session leaves to those after it: the JARs that were fetched, and Java's classes as they were loaded.

A session reads some 25,000 classes out of 300 JARs and verifies them, which is a third of the work of a small build.
Java keeps them as it has them in memory, from 25 on with what it learned of their methods, so that it compiles at once
those that matter (class data sharing: JEP 310, 350; ahead-of-time cache: JEP 483, 514, 515). That file has 200 to
250 MB. All that is left lies in one folder of the environment, and goes with it. Where that cannot be written nothing
is left and nothing missed.
"""

import hashlib
import json
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jobs.java import KEEPS_PROFILES, Java

FOLDER = Path(sys.prefix) / "java"
# Java writes them last: where a file does not begin with either, of classes or with profiles, its writer was killed.
MAGIC = (bytes.fromhex("a8ab0bf0"), bytes.fromhex("a2ab0bf0"))
# Seconds in which an archive is made, also on a busy machine.
LONGEST_MAKING = 180
# Of every class that cannot be kept Java would say so, on standard output, when the command has long ended.
QUIET = ("-Xlog:disable", "-Xlog:all=error:stderr")


class HeadStart:
    """What sessions on this Java, with these packages, leave in the folder and find there."""

    def __init__(self, java: Java, packages: Mapping[str, str], folder: Path = FOLDER) -> None:
        self._folder, self._with_profiles = folder, java.major >= KEEPS_PROFILES
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
        use, leave = (
            ("AOTCache", "AOTCacheOutput") if self._with_profiles else ("SharedArchiveFile", "ArchiveClassesAtExit")
        )
        if self._worth.exists() and _is_whole(self._archive):
            return [*QUIET, f"-XX:{use}={self._archive}"]
        if not (leaving and self._may_be_written()):
            return []
        # Java writes what it learned to a second file first, and makes the archive of it when the session has ended.
        learned = self._archive.with_name(f"{self._archive.name}.config")
        if _is_in_use(learned):
            return []
        for unfinished in (self._worth, learned):
            unfinished.unlink(missing_ok=True)
        return [*QUIET, f"-XX:{leave}={self._archive}"]


def _joined(separator: str, *parts: str | None) -> str:
    return separator.join(filter(None, parts))


def _is_in_use(learned: Path) -> bool:
    """Whether an archive is being made of the file. One that is older was left behind by a Java that was killed."""
    return learned.exists() and time.time() - learned.stat().st_mtime < LONGEST_MAKING


def _is_whole(archive: Path) -> bool:
    if not archive.exists():
        return False
    with archive.open("rb") as file:
        return file.read(len(MAGIC[0])) in MAGIC


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
