"""The text of a file: unpacked where it is gzip, decoded, or refused for what it really is."""

import codecs
import gzip
import hashlib
import io
import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

SAMPLE_BYTES = 1 << 20
"""Some 10,000 plays: enough to tell columns apart by content, a fraction of a second to read."""
CHUNK_BYTES = 1 << 20

MOST_NULS = 0.001
"""A damaged row may hold a zero byte; packed data holds one in 256, and text of two bytes a character more."""

GZIP = b"\x1f\x8b"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UTF_8_MARK = b"\xef\xbb\xbf"

FOREIGN = (
    (b"\x89PNG", "is a picture", "choose the CSV file of the history"),
    (b"\xff\xd8\xff", "is a picture", "choose the CSV file of the history"),
    (b"GIF8", "is a picture", "choose the CSV file of the history"),
    (b"PK\x03\x04", "is a zip archive or a spreadsheet", "unpack it, or save the sheet as CSV"),
    (b"SQLite format 3\x00", "is an SQLite database", "export its plays as CSV"),
    (b"PAR1", "is a Parquet file", "export its plays as CSV"),
    (b"%PDF-", "is a PDF", "choose the CSV file of the history"),
    (GZIP, "is packed with gzip twice", "unpack it once"),
    (b"BZh", "is packed with bzip2", "unpack it first"),
    (b"\xfd7zXZ", "is packed with xz", "unpack it first"),
    (b"7z\xbc\xaf", "is a 7z archive", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd", "unpack it first"),
)

# Only what no artist is called: "[unknown]" and "<PIG>" are artists, and may open a file without header.
JSON_START = re.compile(r"\s*(\[\s*[\[{\]]|\{\s*[\"}])")
HTML_START = re.compile(r"\s*<(!doctype|html|head|body|\?xml|!--)", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class NotAHistory(Exception):
    """A file in which no listening history can be read: which, why, and what to do about it, in one line."""

    def __init__(self, path: Path, why: str, what_to_do: str) -> None:
        self.path, self.why, self.what_to_do = path, why, what_to_do
        super().__init__(CONTROL.sub(" ", f"{path} {why}: {what_to_do}"))


@dataclass(frozen=True)
class Start:
    """How a file begins, and the sha256 of all that is in it once unpacked."""

    text: str
    encoding: str
    is_whole: bool
    digest: str


def read_start(path: Path) -> Start:
    """Read the file once to its end, checksums included; raises `NotAHistory` for what is no text."""
    with refusals(path):
        _refuse_what_is_no_file(path)
        start, length, digest = _digested(path)
    for magic, why, what_to_do in FOREIGN:
        if start.startswith(magic):
            raise NotAHistory(path, why, what_to_do)
    encoding = _encoding(start)
    text = _decoded(path, start, encoding, is_whole=length <= SAMPLE_BYTES)
    if not text.strip():
        raise NotAHistory(path, "is empty", "export the history again")
    _refuse_other_formats(path, text)
    return Start(text, encoding, length <= SAMPLE_BYTES, digest)


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """The file as text, line ends as they are; bytes that are not UTF-8 come as lone surrogates."""
    with refusals(path), _unpacked(path) as content:
        yield io.TextIOWrapper(content, encoding, errors=_decoding_errors(encoding), newline="")


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn what reading a file can raise into one line; nothing but reading may stand inside."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise NotAHistory(path, "is a gzip file that is damaged or cut short", "copy or download it again") from None
    except UnicodeDecodeError:
        raise NotAHistory(path, "is UTF-16 text that is damaged", "save it as UTF-8") from None
    except FileNotFoundError:
        raise NotAHistory(path, "does not exist", "check the name and the folder") from None
    except PermissionError:
        raise NotAHistory(path, "may not be read", "change its permissions, or run as its owner") from None
    except OSError as error:
        raise NotAHistory(
            path, f"cannot be read ({error.strerror or error})", "copy it elsewhere and try again"
        ) from None


def _refuse_what_is_no_file(path: Path) -> None:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise NotAHistory(path, "is a folder", "name the files in it")
    if not stat.S_ISREG(mode):
        raise NotAHistory(path, "is not a regular file", "save its content in a file first: it is read twice")


@contextmanager
def _unpacked(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as packed:
        if packed.peek(2)[:2] == GZIP:
            yield cast(BinaryIO, gzip.GzipFile(fileobj=packed))
        else:
            yield packed


def _digested(path: Path) -> tuple[bytes, int, str]:
    start, length, digest = b"", 0, hashlib.sha256()
    with _unpacked(path) as content:
        while chunk := content.read(CHUNK_BYTES):
            start += chunk[: SAMPLE_BYTES - len(start)]
            length += len(chunk)
            digest.update(chunk)
    return start, length, digest.hexdigest()


def _encoding(start: bytes) -> str:
    if start.startswith(UTF_16):
        return "utf-16"
    return "utf-8-sig" if start.startswith(UTF_8_MARK) else "utf-8"


def _decoding_errors(encoding: str) -> str:
    return "strict" if encoding == "utf-16" else "surrogateescape"


def _decoded(path: Path, start: bytes, encoding: str, *, is_whole: bool) -> str:
    """The sample as text. The last character may be cut, so all of it counts only where the file ends there."""
    decoder = codecs.getincrementaldecoder(encoding)(_decoding_errors(encoding))
    with refusals(path):
        return decoder.decode(start, final=is_whole)


def _refuse_other_formats(path: Path, text: str) -> None:
    if text.count("\x00") > MOST_NULS * len(text):
        raise NotAHistory(path, "is not text", "choose the CSV file of the history, in UTF-8")
    if JSON_START.match(text):
        what_to_do = "JSON exports are not read yet; export CSV with columns for artist, track and time"
        raise NotAHistory(path, "is JSON", what_to_do)
    if HTML_START.match(text):
        raise NotAHistory(path, "is a web page", "download the CSV file itself: the page may be a login or an error")
