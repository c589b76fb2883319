"""Files that a session saves to make later ones start faster: the fetched JARs and an archive of Java's loaded classes.

A session reads some 25,000 classes from 300 JARs and verifies them, which is a third of the work of a small build.
Java can save them as they are in memory, from version 25 with method profiles, so that it compiles those that matter at
once (class data sharing: JEP 310, 350; ahead-of-time cache: JEP 483, 514, 515). That file has 200 to 250 MB. All files
are in one folder of the Python environment and go with it. If it is read-only, nothing is saved; all else works.
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
# Java writes these bytes last: a file that begins with neither (classes; with profiles) is one whose writer was killed.
MAGIC = (bytes.fromhex("a8ab0bf0"), bytes.fromhex("a2ab0bf0"))
# An archive is made within so many seconds, also on a busy machine.
LONGEST_MAKING = 180
# Otherwise Java reports every class that cannot be saved, on standard output, long after the command has ended.
QUIET = ("-Xlog:disable", "-Xlog:all=error:stderr")


class HeadStart:
    """The files in the folder that sessions on this Java, with these packages, save and use."""

    def __init__(self, java: Java, packages: Mapping[str, str], folder: Path = FOLDER) -> None:
        self._folder, self._with_profiles = folder, java.major >= KEEPS_PROFILES
        self.jars = folder / f"jars-{_digest(packages)}"
        # Its name depends on Java and JARs: with another Java, or other classes, the archive would be refused.
        self._archive = folder / f"classes-{_digest([java.version, version('pyspark'), str(self.jars)])}.jsa"
        self._worth = self._archive.with_suffix(".worth")

    def environment(self, *, leaving: bool) -> dict[str, str]:
        """Variables for Spark's scripts to use what is there; with `leaving`, Java saves its classes when it ends."""
        if not self.jars.exists():
            return {}
        options = self._archive_options(leaving)
        return {
            # Spark's scripts put this after Spark's own JARs.
            "SPARK_DIST_CLASSPATH": _joined(":", f"{self.jars}/*", os.environ.get("SPARK_DIST_CLASSPATH")),
            "SPARK_SUBMIT_OPTS": _joined(" ", os.environ.get("SPARK_SUBMIT_OPTS"), *map(shlex.quote, options)),
        }

    def keep_jars(self, fetched: str) -> None:
        """Keep the JARs that the resolver fetched, given as in `spark.jars`: addresses separated by commas."""
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
        """Note that this session has built something, so the classes that it saves are those that a build needs."""
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
        # When the session ends, Java first writes the profiles to a second file, and then makes the archive from it.
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
