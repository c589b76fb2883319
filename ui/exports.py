"""Lists of tracks as files: M3U8, XSPF, JSPF, CSV, JSON. Names are hostile input in each of them."""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree as Xml

from ui.links import youtube_search
from ui.playlists import ListedTrack

XSPF = "http://xspf.org/ns/0/"
# Starts of cells that a spreadsheet computes, also after a blank, and in full-width forms. In countries with a decimal
# comma it starts a new cell at each semicolon.
FORMULA = re.compile(r"(^|;)(?=\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])")
# What XML 1.0 cannot hold, not even escaped.
NOT_IN_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
NOT_IN_A_FILENAME = re.compile(r"[^A-Za-z0-9]+")
COLUMNS = ("position", "track_name", "artist_name", "album_name", "duration_ms", "track_id")


class Format(StrEnum):
    """The kinds of files."""

    M3U8 = "m3u8"
    XSPF = "xspf"
    JSPF = "jspf"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True)
class Export:
    """An exported file."""

    content: bytes
    media_type: str
    filename: str


def export(file_format: Format, title: str, tracks: Sequence[ListedTrack]) -> Export:
    """The tracks as a file, in their order, with a title."""
    write, media_type = FORMATS[file_format]
    stem = NOT_IN_A_FILENAME.sub("-", title).strip("-").lower()[:60] or "playlist"
    return Export(write(title, tracks).encode(errors="replace"), media_type, f"{stem}.{file_format.value}")


def m3u8(title: str, tracks: Sequence[ListedTrack]) -> str:
    """Extended M3U in UTF-8. A player needs an address per track: that of a search for it."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(title)}"]
    for track in tracks:
        seconds = -1 if track.duration_ms is None else round(track.duration_ms / 1000)
        lines.append(f"#EXTINF:{seconds},{_line(track.artist_name)} - {_line(track.track_name)}")
        if track.album_name:
            lines.append(f"#EXTALB:{_line(track.album_name)}")
        lines.append(youtube_search(track.artist_name, track.track_name))
    return "\n".join(lines) + "\n"


def xspf(title: str, tracks: Sequence[ListedTrack]) -> str:
    """XSPF version 1 (xspf.org): what a player needs to find the tracks by name."""
    playlist = Xml.Element("playlist", {"version": "1", "xmlns": XSPF})
    _element(playlist, "title", title)
    listed = Xml.SubElement(playlist, "trackList")
    for track in tracks:
        element = Xml.SubElement(listed, "track")
        for name, value in _xspf_fields(track).items():
            _element(element, name, str(value))
    Xml.indent(playlist)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(playlist, encoding="unicode")}\n'


def jspf(title: str, tracks: Sequence[ListedTrack]) -> str:
    """XSPF as JSON (xspf.org/jspf)."""
    return _json({"playlist": {"title": title, "track": [_xspf_fields(track) for track in tracks]}})


def comma_separated(_: str, tracks: Sequence[ListedTrack]) -> str:
    """CSV (RFC 4180) with a header. Cells that a spreadsheet would compute are prefixed with an apostrophe."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for position, track in enumerate(tracks, start=1):
        values = (track.track_name, track.artist_name, track.album_name or "")
        rows.writerow([position, *map(_cell, values), track.duration_ms or "", _cell(track.track_id)])
    return text.getvalue()


def plain_json(title: str, tracks: Sequence[ListedTrack]) -> str:
    """Segue's own fields, with nothing left out."""
    return _json({"title": title, "tracks": [{name: getattr(each, name) for name in COLUMNS[1:]} for each in tracks]})


FORMATS: dict[Format, tuple[Callable[[str, Sequence[ListedTrack]], str], str]] = {
    Format.M3U8: (m3u8, "audio/x-mpegurl; charset=utf-8"),
    Format.XSPF: (xspf, "application/xspf+xml"),
    Format.JSPF: (jspf, "application/jspf+json"),
    Format.CSV: (comma_separated, "text/csv; charset=utf-8"),
    Format.JSON: (plain_json, "application/json"),
}


def _xspf_fields(track: ListedTrack) -> dict[str, str | int]:
    fields = {"title": track.track_name, "creator": track.artist_name, "album": track.album_name}
    timed = {**fields, "duration": track.duration_ms}
    return {name: value for name, value in timed.items() if value is not None}


def _element(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = NOT_IN_XML.sub("", text)


def _line(text: str) -> str:
    """The text as one line: after a line break, it would be read as an address or a directive."""
    return NOT_IN_A_LINE.sub(" ", text).strip()


def _cell(text: str) -> str:
    return FORMULA.sub(r"\1'", text)


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
