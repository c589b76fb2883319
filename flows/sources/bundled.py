"""The catalogue that comes with Segue as a source of facts, without a network: a few hundred real artists.

It answers in Last.fm's format, with only what the catalogue holds: no lengths and no addresses are made up.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from flows.demo.catalogue import Album, Artist, Song, read_catalogue
from flows.demo.charts import Charts
from flows.landing import CatalogueAnswer, land_answer
from flows.sources.answered import Answered
from flows.sources.errors import SourceError
from flows.sources.lastfm_catalogue import request_of, subject_of
from jobs.questions import (
    ALBUM_INFO,
    ARTIST_TAGS,
    BUNDLED,
    SIMILAR_ARTISTS,
    TAG_TRACKS,
    TOP_ALBUMS,
    TOP_TRACKS,
    Question,
)

METHODS = (SIMILAR_ARTISTS, TOP_TRACKS, TOP_ALBUMS, ARTIST_TAGS, ALBUM_INFO, TAG_TRACKS)
NOT_KNOWN = {"error": 6, "message": "The catalogue that comes with Segue does not know it"}
NEIGHBOURS, TRACKS, ALBUMS, TAG_SONGS = 20, 50, 10, 100


class Bundled:
    """The bundled catalogue as a source of facts; thread-safe."""

    def __init__(self, bronze: Path) -> None:
        self._bronze = bronze

    def __repr__(self) -> str:
        return "Bundled()"

    def answer(
        self, question: Question, *, now: datetime, before_attempt: Callable[[], None] = lambda: None
    ) -> Answered:
        """Land the catalogue's answer, as of `now`; an unknown subject is an answer too. No call is made."""
        if question.method not in METHODS:
            raise SourceError(f"the bundled catalogue does not support {question.method}: use another provider")
        before_attempt()
        content = self._content(question)
        request = {**request_of(question), "asked_at": now.isoformat()}
        landed = CatalogueAnswer(BUNDLED, question.method, "", request, json.dumps(content or NOT_KNOWN))
        path = land_answer(landed, self._bronze, subject_of(question), fetched_at=now)
        return Answered(question, path, content is not None, 0)

    def knows(self, question: Question) -> bool:
        """Whether the catalogue has an answer, which need not be asked for to find out."""
        return question.method in METHODS and self._content(question) is not None

    @cached_property
    def _charts(self) -> Charts:
        return Charts(read_catalogue())

    def _content(self, question: Question) -> Mapping[str, Any] | None:
        if question.method == TAG_TRACKS:
            songs = self._charts.tag_songs(question.tag)[:TAG_SONGS]
            return {"tracks": {"track": _songs(songs), "@attr": {"tag": question.tag}}} if songs else None
        artist = self._charts.artist_names.find(question.artist, corrected=True)
        if artist is None:
            return None
        return self._album(artist, question.album) if question.method == ALBUM_INFO else self._about(artist, question)

    def _about(self, artist: Artist, question: Question) -> Mapping[str, Any]:
        names, about = self._charts.of(artist), {"@attr": {"artist": artist.name}}
        if question.method == SIMILAR_ARTISTS:
            near = [{"name": one.name, "match": one.match} for one in artist.similar[:NEIGHBOURS]]
            return {"similarartists": {"artist": near, **about}}
        if question.method == ARTIST_TAGS:
            return {"toptags": {"tag": [{"name": one.name, "count": one.count} for one in artist.tags], **about}}
        if question.method == TOP_ALBUMS:
            albums = [{"name": one.name, "playcount": one.playcount, "artist": _named(artist)} for one in names.albums]
            return {"topalbums": {"album": albums[:ALBUMS], **about}}
        return {"toptracks": {"track": _songs(names.songs[:TRACKS]), **about}}

    def _album(self, artist: Artist, name: str) -> Mapping[str, Any] | None:
        album: Album | None = self._charts.of(artist).album_names.find(name, corrected=True)
        if album is None:
            return None
        tracks = [{"name": one.name, "artist": _named(artist)} for one in album.tracks]
        return {"album": {"name": album.name, "artist": artist.name, "tracks": {"track": tracks}}}


def _songs(songs: Any) -> list[dict[str, Any]]:
    return [_song(song) for song in songs]


def _song(song: Song) -> dict[str, Any]:
    counts = {"listeners": song.track.listeners, "playcount": song.track.playcount}
    return {"name": song.track.name, **counts, "artist": _named(song.artist)}


def _named(artist: Artist) -> dict[str, str]:
    return {"name": artist.name, "mbid": artist.mbid}
