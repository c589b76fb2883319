"""What a session leaves to those after it, and what it does not trust."""

import os
from pathlib import Path

import pytest

from jobs.head_start import MAGIC, HeadStart
from jobs.java import Java

JAVA = Java("/usr/bin/java", 'openjdk version "17.0.15"')
NEWER = Java("/usr/bin/java", 'openjdk version "25.0.2"')
PACKAGES = {"spark.jars.packages": "io.delta:delta-spark:4"}


@pytest.fixture
def fetched(tmp_path: Path) -> str:
    """Two JARs, as `spark.jars` names them."""
    for name in ("delta.jar", "storage.jar"):
        (tmp_path / name).write_text(name)
    return ",".join(f"file://{tmp_path / name}" for name in ("delta.jar", "storage.jar"))


@pytest.fixture
def head_start(tmp_path: Path) -> HeadStart:
    return HeadStart(JAVA, PACKAGES, tmp_path / "java")


def archive(options: str) -> Path:
    """The archive that Java's last option names."""
    return Path(options.rsplit(maxsplit=1)[-1].partition("=")[2])


def test_the_first_session_finds_nothing(head_start: HeadStart) -> None:
    assert head_start.environment(leaving=True) == {}


def test_jars_are_kept_once_and_put_on_the_class_path(head_start: HeadStart, fetched: str) -> None:
    head_start.keep_jars(fetched)
    head_start.keep_jars("file:///gone.jar")

    assert sorted(path.name for path in head_start.jars.iterdir()) == ["delta.jar", "storage.jar"]
    assert head_start.environment(leaving=False)["SPARK_DIST_CLASSPATH"] == f"{head_start.jars}/*"
    assert [path.name for path in head_start.jars.parent.iterdir()] == [head_start.jars.name]


@pytest.mark.parametrize("fetched", ["", "hdfs://store/delta.jar"])
def test_what_lies_elsewhere_is_not_kept(head_start: HeadStart, fetched: str) -> None:
    head_start.keep_jars(fetched)

    assert not head_start.jars.exists()


def test_a_folder_may_have_a_blank_in_its_name(tmp_path: Path, fetched: str) -> None:
    head_start = HeadStart(JAVA, PACKAGES, tmp_path / "my java")
    head_start.keep_jars(fetched)

    assert (
        head_start.environment(leaving=True)["SPARK_SUBMIT_OPTS"]
        .split(" ", 2)[2]
        .startswith("'-XX:ArchiveClassesAtExit=")
    )


def test_other_packages_have_other_jars(head_start: HeadStart, fetched: str) -> None:
    head_start.keep_jars(fetched)
    newer = HeadStart(JAVA, {"spark.jars.packages": "io.delta:delta-spark:5"}, head_start.jars.parent)

    assert newer.environment(leaving=True) == {}


@pytest.mark.parametrize(
    ("java", "leave", "use"),
    [(JAVA, "ArchiveClassesAtExit", "SharedArchiveFile"), (NEWER, "AOTCacheOutput", "AOTCache")],
)
@pytest.mark.parametrize("magic", MAGIC)
def test_a_session_leaves_its_classes_and_the_next_uses_them(  # noqa: PLR0917
    tmp_path: Path, fetched: str, java: Java, leave: str, use: str, magic: bytes
) -> None:
    head_start = HeadStart(java, PACKAGES, tmp_path / "java")
    head_start.keep_jars(fetched)
    left = head_start.environment(leaving=True)["SPARK_SUBMIT_OPTS"]
    archive(left).write_bytes(magic + b"classes")
    head_start.worth_keeping()

    used = head_start.environment(leaving=True)["SPARK_SUBMIT_OPTS"]
    assert left.endswith(f"-XX:{leave}={archive(left)}")
    assert used.endswith(f"-XX:{use}={archive(left)}")


def test_classes_of_a_session_that_built_nothing_are_left_anew(head_start: HeadStart, fetched: str) -> None:
    head_start.keep_jars(fetched)
    left = head_start.environment(leaving=True)["SPARK_SUBMIT_OPTS"]
    archive(left).write_bytes(MAGIC[0] + b"few classes")

    assert head_start.environment(leaving=True)["SPARK_SUBMIT_OPTS"] == left


def test_an_archive_whose_writer_was_killed_is_not_used(head_start: HeadStart, fetched: str) -> None:
    head_start.keep_jars(fetched)
    left = head_start.environment(leaving=True)["SPARK_SUBMIT_OPTS"]
    archive(left).write_bytes(bytes(4) + b"half of the classes")
    head_start.worth_keeping()

    assert head_start.environment(leaving=False)["SPARK_SUBMIT_OPTS"] == ""


def test_what_a_killed_session_left_half_written_is_taken_away(head_start: HeadStart, fetched: str) -> None:
    head_start.keep_jars(fetched)
    left = archive(head_start.environment(leaving=True)["SPARK_SUBMIT_OPTS"])
    profiles = left.with_name(f"{left.name}.config")
    profiles.write_bytes(b"half of the profiles")
    os.utime(profiles, (0, 0))

    head_start.environment(leaving=True)
    assert not profiles.exists()


def test_while_an_archive_is_made_nobody_leaves_another(head_start: HeadStart, fetched: str) -> None:
    head_start.keep_jars(fetched)
    left = archive(head_start.environment(leaving=True)["SPARK_SUBMIT_OPTS"])
    profiles = left.with_name(f"{left.name}.config")
    profiles.write_bytes(b"profiles")

    assert head_start.environment(leaving=True)["SPARK_SUBMIT_OPTS"] == ""
    assert profiles.exists()


def test_another_java_does_not_use_the_classes(head_start: HeadStart, fetched: str) -> None:
    head_start.keep_jars(fetched)
    newer = HeadStart(NEWER, PACKAGES, head_start.jars.parent)

    assert newer.environment(leaving=True) != head_start.environment(leaving=True)


def test_where_nothing_may_be_written_nothing_is_left(
    head_start: HeadStart, fetched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    head_start.keep_jars(fetched)
    head_start.worth_keeping()

    assert not head_start.jars.parent.exists()


def test_what_the_user_has_java_told_is_kept(
    head_start: HeadStart, fetched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    head_start.keep_jars(fetched)
    monkeypatch.setenv("SPARK_SUBMIT_OPTS", "-Dhttps.proxyHost=proxy")
    monkeypatch.setenv("SPARK_DIST_CLASSPATH", "/opt/own.jar")

    variables = head_start.environment(leaving=False)
    assert variables["SPARK_SUBMIT_OPTS"].split() == ["-Dhttps.proxyHost=proxy"]
    assert variables["SPARK_DIST_CLASSPATH"] == f"{head_start.jars}/*:/opt/own.jar"
