"""Lands all answers that a catalogue can give, without a server in between."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from flows.demo.server import respond
from flows.demo.world import World
from flows.landing import CatalogueAnswer, land_answer
from flows.sources.lastfm import SOURCE
from flows.sources.lastfm_catalogue import request_of, subject_of
from jobs import questions
from jobs.questions import Question

OF_AN_ARTIST = (questions.SIMILAR_ARTISTS, questions.TOP_TRACKS, questions.TOP_ALBUMS, questions.ARTIST_TAGS)
ALBUMS = 10


def land_everything(home: Path, world: World) -> int:
    """Land the answers to every question about every artist, album and tag; return their number."""
    return land_all(home, world, everything(world))


def everything(world: World) -> Iterator[Question]:
    """Questions for every artist's similar artists, tracks, albums and tags, their ten best albums, and every tag."""
    for artist in world.catalogue.artists:
        yield from (Question(method, artist.name) for method in OF_AN_ARTIST)
        by_plays = sorted(artist.albums, key=lambda album: -sum(track.playcount for track in album.tracks))
        yield from (Question(questions.ALBUM_INFO, artist.name, album.name) for album in by_plays[:ALBUMS])
    tags = sorted({tag.name.lower() for artist in world.catalogue.artists for tag in artist.tags})
    yield from (Question(questions.TAG_TRACKS, tag=tag) for tag in tags)


def land_all(home: Path, world: World, asked: Iterable[Question]) -> int:
    """Land the world's answers to these questions; return their number."""
    now, count = datetime.now(UTC).replace(microsecond=0), 0
    for question in asked:
        request = request_of(question)
        reply = respond(world, {"method": question.method, "api_key": "none", "format": "json", **request})
        sent = {**request, "asked_at": now.isoformat()}
        answer = CatalogueAnswer(SOURCE, question.method, "", sent, bytes(reply.body).decode(), reply.status_code)
        land_answer(answer, home / "bronze", subject_of(question), fetched_at=now)
        count += 1
    return count
