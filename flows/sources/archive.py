"""Reads the files inside a zip archive; nothing is unpacked to disk, so their paths can do no harm."""

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, cast

from flows.sources.text_file import NotAHistory, refusals, refuse_bomb

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
MOST_FILES = 10_000
ENCRYPTED = 0x1


@dataclass(frozen=True)
class Member:
    """One file of an archive."""

    archive: Path
    name: str

    def __str__(self) -> str:
        return f"{self.archive}: {self.name}"

    def open(self, _mode: Literal["rb"], /) -> BinaryIO:
        """Its content, never longer than the size that the archive declares."""
        with zipfile.ZipFile(self.archive) as archive:
            return cast(BinaryIO, archive.open(self.name))


def is_archive(path: Path) -> bool:
    """Whether the file begins like a zip archive."""
    with refusals(path), path.open("rb") as file:
        return file.read(4) in (ZIP, EMPTY_ZIP)


def members(path: Path) -> list[Member]:
    """The archive's files, sorted by name. Raises `NotAHistory` for an archive that no service would send."""
    with refusals(path), zipfile.ZipFile(path) as archive:
        files = [info for info in archive.infolist() if not info.is_dir()]
    if len(files) > MOST_FILES:
        raise NotAHistory(path, f"contains more than {MOST_FILES:,} files", "extract the histories from it first")
    for info in files:
        if _leads_outside(info.filename):
            why = f"contains a file whose path leads outside the archive ({info.filename[:60]!r})"
            raise NotAHistory(path, why, "download it again directly from the service")
        if info.flag_bits & ENCRYPTED:
            raise NotAHistory(path, "is encrypted", "unpack it with its password and import the files")
        refuse_bomb(path, info.file_size, info.compress_size)
    refuse_bomb(path, sum(info.file_size for info in files), sum(info.compress_size for info in files))
    return [Member(path, name) for name in sorted({info.filename for info in files})]


def _leads_outside(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return ".." in parts or name.startswith(("/", "\\")) or name[1:2] == ":"
