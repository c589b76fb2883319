"""Reads a file's text: unpacks gzip, decodes it, and refuses files that are something else."""

import codecs
import gzip
import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, TextIO, cast

SAMPLE_BYTES = 1 << 20
"""Some 10,000 plays: enough to tell columns apart by content, a fraction of a second to read."""
CHUNK_BYTES = 1 << 20

SMALL_BYTES = 64 << 20
MOST_TIMES_PACKED = 200
"""Histories pack to a tenth or a thirtieth; what grows two hundredfold was made to fill a disk or a memory."""
LARGEST_BYTES = 16 << 30
"""Some 30,000,000 plays in the wordiest export there is."""

MOST_NULS = 0.001
"""A damaged row may hold a zero byte; packed data holds one in 256, and text of two bytes a character more."""

GZIP = b"\x1f\x8b"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UTF_8_MARK = b"\xef\xbb\xbf"

FOREIGN = (
    (b"\x89PNG", "is a picture", "choose the history file"),
    (b"\xff\xd8\xff", "is a picture", "choose the history file"),
    (b"GIF8", "is a picture", "choose the history file"),
    (b"PK\x03\x04", "is a zip archive inside another file", "unpack the outer one first"),
    (b"SQLite format 3\x00", "is an SQLite database", "export its plays as CSV"),
    (b"PAR1", "is a Parquet file", "export its plays as CSV"),
    (b"%PDF-", "is a PDF", "choose the history file"),
    (GZIP, "is packed with gzip twice", "unpack it once"),
    (b"BZh", "is packed with bzip2", "unpack it first"),
    (b"\xfd7zXZ", "is packed with xz", "unpack it first"),
    (b"7z\xbc\xaf", "is a 7z archive", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd", "unpack it first"),
)

# Only starts that no artist's name has: "[unknown]" and "<PIG>" are artists, and may begin a file without header.
JSON_START = re.compile(r"\s*(\[\s*[\[{\]]|\{\s*[\"}])")
HTML_START = re.compile(r"\s*<(!doctype|html|head|body|\?xml|!--)", re.IGNORECASE)
UNDECODED = re.compile("[\udc80-\udcff]")
FEW_BAD_ROWS = 0.05
"""A damaged row costs itself. Where one row in twenty is undecodable, the file is in another encoding."""
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class Readable(Protocol):
    """A file on disk, or one inside a zip archive; `str` gives its name for messages."""

    @property
    def name(self) -> str: ...

    def open(self, mode: Literal["rb"], /) -> BinaryIO: ...


class NotAHistory(Exception):
    """A file that cannot be read as a listening history; the message says in one line which, why and what to do."""

    def __init__(self, path: Readable, why: str, what_to_do: str) -> None:
        self.path, self.why, self.what_to_do = path, why, what_to_do
        super().__init__(CONTROL.sub(" ", f"{path} {why}: {what_to_do}"))


class NoPlays(NotAHistory):
    """A sound file with something other than plays: in a folder or an archive it is skipped."""


@dataclass(frozen=True)
class Start:
    """A file's start as text, and the sha256 and the length in bytes of its unpacked content."""

    text: str
    encoding: str
    is_whole: bool
    digest: str
    length: int

    @property
    def is_json(self) -> bool:
        return JSON_START.match(self.text) is not None


def read_start(path: Readable) -> Start:
    """Read the file once to its end, checking checksums; raises `NotAHistory` if it is no text."""
    with refusals(path):
        _refuse_what_is_no_file(path)
        start, length, digest = _digested(path)
    for magic, why, what_to_do in FOREIGN:
        if start.startswith(magic):
            raise NoPlays(path, why, what_to_do)
    encoding = _encoding(start)
    text = _decoded(path, start, encoding, is_whole=length <= SAMPLE_BYTES)
    if not text.strip():
        raise NoPlays(path, "is empty", "export the history again")
    _refuse_other_formats(path, text)
    return Start(text, encoding, length <= SAMPLE_BYTES, digest, length)


@contextmanager
def opened(path: Readable, encoding: str) -> Iterator[TextIO]:
    """The file as text with its line ends unchanged; bytes that are not UTF-8 become lone surrogates."""
    with refusals(path), _unpacked(path) as content:
        yield io.TextIOWrapper(content, encoding, errors=_decoding_errors(encoding), newline="")


@contextmanager
def refusals(path: Readable) -> Iterator[None]:
    """Turn errors of reading a file into `NotAHistory`; the block must do nothing but read."""
    try:
        yield
    except (zipfile.BadZipFile, NotImplementedError):
        raise NotAHistory(path, "is a zip archive that is damaged or cut short", "download it again") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise NotAHistory(path, "is a gzip file that is damaged or cut short", "copy or download it again") from None
    except UnicodeDecodeError:
        raise NotAHistory(path, "is UTF-16 text that is damaged", "save it as UTF-8") from None
    except FileNotFoundError:
        raise NotAHistory(path, "does not exist", "check the name and the folder") from None
    except PermissionError:
        raise NotAHistory(path, "cannot be read by this user", "change its permissions, or run as its owner") from None
    except OSError as error:
        raise NotAHistory(
            path, f"cannot be read ({error.strerror or error})", "copy it elsewhere and try again"
        ) from None


def readable(text: str) -> str:
    """The text with U+FFFD for each byte that is not UTF-8."""
    return text.encode(errors="surrogateescape").decode(errors="replace")


def is_undecoded(text: str) -> bool:
    """Whether the text has bytes that are not UTF-8 (as lone surrogates)."""
    return not text.isascii() and UNDECODED.search(text) is not None


def refuse_other_encodings(path: Readable, text: str) -> None:
    """Raise `NotAHistory` if over 5 % of the lines, and over half of those not ASCII, are not UTF-8."""
    lines = text.splitlines()
    undecoded = sum(bool(UNDECODED.search(line)) for line in lines)
    foreign = sum(not line.isascii() for line in lines)
    if undecoded > FEW_BAD_ROWS * len(lines) and undecoded * 2 > foreign:
        raise NotAHistory(path, "is text in an encoding other than UTF-8", "save it as UTF-8")


def _refuse_what_is_no_file(path: Readable) -> None:
    if not isinstance(path, Path):
        return
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise NotAHistory(path, "is a folder", "give the files in it")
    if not stat.S_ISREG(mode):
        raise NotAHistory(path, "is not a regular file", "save its content to a file first, since it is read twice")


@contextmanager
def _unpacked(path: Readable) -> Iterator[BinaryIO]:
    with path.open("rb") as opened_file:
        packed = cast(io.BufferedReader, opened_file)
        if packed.peek(2)[:2] == GZIP:
            yield cast(BinaryIO, gzip.GzipFile(fileobj=packed))
        else:
            yield packed


def _digested(path: Readable) -> tuple[bytes, int, str]:
    start, length, digest = b"", 0, hashlib.sha256()
    with _unpacked(path) as content:
        while chunk := content.read(CHUNK_BYTES):
            start += chunk[: SAMPLE_BYTES - len(start)]
            length += len(chunk)
            digest.update(chunk)
            if isinstance(content, gzip.GzipFile):
                refuse_bomb(path, length, content.fileobj.tell())
    return start, length, digest.hexdigest()


def refuse_bomb(path: Readable, unpacked: int, packed: int) -> None:
    """Raise `NotAHistory` for a file that unpacks to more bytes than a history can; sizes in bytes."""
    if unpacked > SMALL_BYTES and unpacked > MOST_TIMES_PACKED * max(packed, 1):
        why = f"unpacks to more than {MOST_TIMES_PACKED} times its size, which no history does"
        raise NotAHistory(path, why, "check where it comes from")
    if unpacked > LARGEST_BYTES:
        raise NotAHistory(path, f"unpacks to more than {LARGEST_BYTES >> 30} GB", "import it in parts")


def _encoding(start: bytes) -> str:
    if start.startswith(UTF_16):
        return "utf-16"
    return "utf-8-sig" if start.startswith(UTF_8_MARK) else "utf-8"


def _decoding_errors(encoding: str) -> str:
    return "strict" if encoding == "utf-16" else "surrogateescape"


def _decoded(path: Readable, start: bytes, encoding: str, *, is_whole: bool) -> str:
    """The sample as text. Its last character may be cut off, unless the file ends there (`is_whole`)."""
    decoder = codecs.getincrementaldecoder(encoding)(_decoding_errors(encoding))
    with refusals(path):
        return decoder.decode(start, final=is_whole)


def _refuse_other_formats(path: Readable, text: str) -> None:
    if text.count("\x00") > MOST_NULS * len(text):
        raise NoPlays(path, "is not text", "choose the history file, in UTF-8")
    if HTML_START.match(text):
        raise NoPlays(path, "is a web page", "download the history itself, not a login or error page")
