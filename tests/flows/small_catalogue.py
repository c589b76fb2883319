"""A small Last.fm of facts about music for the tests, its answers shaped as the real one's were recorded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jobs.questions import METHODS, Question
from tests.flows.loopback import Form, Said, as_json, error

QUESTIONS = {
    "artist.getSimilar": Question("artist.getSimilar", artist="Soundgarden"),
    "artist.getTopTracks": Question("artist.getTopTracks", artist="Chris Cornell"),
    "artist.getTopAlbums": Question("artist.getTopAlbums", artist="Soundgarden"),
    "artist.getTopTags": Question("artist.getTopTags", artist="Audioslave"),
    "artist.getInfo": Question("artist.getInfo", artist="The Weeknd"),
    "album.getInfo": Question("album.getInfo", album="Dois", artist="Legião Urbana"),
    "track.getTopTags": Question("track.getTopTags", track="Hells Bells", artist="AC/DC"),
    "track.getInfo": Question("track.getInfo", track="One Step Closer", artist="Linkin Park"),
    "tag.getTopTracks": Question("tag.getTopTracks", tag="metal"),
}
assert set(QUESTIONS) == set(METHODS)

PAGES = {"page": "1", "perPage": "50", "totalPages": "429", "total": "21406"}
TAGS = [{"count": 100, "name": "hard rock", "url": "https://www.last.fm/tag/hard+rock"}, {"count": 58, "name": "rock"}]


def about(form: Form) -> dict[str, Any]:
    """What the real one would answer, about the very names that are asked."""
    artist, track = form.get("artist", ""), form.get("track", "")
    row = {"name": "You Know My Name", "playcount": "2053916", "artist": {"name": artist}, "@attr": {"rank": "1"}}
    facts: dict[str, dict[str, Any]] = {
        "artist.getSimilar": {
            "similarartists": {"artist": [{"name": "Mudhoney", "match": "1"}], "@attr": {"artist": artist}}
        },
        "artist.getTopTracks": {"toptracks": {"track": [row], "@attr": {"artist": artist, **PAGES}}},
        "artist.getTopAlbums": {"topalbums": {"album": row, "@attr": {"artist": artist, **PAGES}}},
        "artist.getTopTags": {"toptags": {"tag": TAGS, "@attr": {"artist": artist}}},
        "artist.getInfo": {"artist": {"name": artist, "mbid": "", "stats": {"listeners": "1688480"}, "tags": ""}},
        "album.getInfo": {"album": {"artist": artist, "mbid": "", "tags": "", "name": form.get("album")}},
        "track.getTopTags": {"toptags": {"tag": [], "@attr": {"artist": artist, "track": track}}},
        "track.getInfo": {"track": {"name": track, "duration": "157000", "artist": {"name": artist}}},
        "tag.getTopTracks": {"tracks": {"track": [row], "@attr": {"tag": form.get("tag"), **PAGES}}},
    }
    return facts[form["method"]]


@dataclass
class SmallCatalogue:
    """Answers every question, unless a fault comes first, and knows all names but some."""

    unknown: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)
    faults: list[Callable[[Form], Said | None]] = field(default_factory=list)

    def __call__(self, form: Form) -> Said:
        for fault in self.faults:
            said = fault(form)
            if said is not None:
                return said
        if self.unknown & set(form.values()):
            return error(6, "The artist you supplied could not be found")
        return as_json(about({name: self.renamed.get(value, value) for name, value in form.items()}))
