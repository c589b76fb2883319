"""The album.* methods: an album with its tracks."""

from collections.abc import Callable, Mapping

from flows.demo.catalogue import Album, Artist, Track
from flows.demo.chance import drawn
from flows.demo.parts import (
    ALL_PICTURES,
    NOT_STREAMABLE,
    album_address,
    artist_address,
    has_known_length,
    quoted,
    tag_names,
    track_address,
)
from flows.demo.protocol import Answer, Method, Params, one_or_many
from flows.demo.subject import asked_album
from flows.demo.world import World

WRITTEN_IN_STRINGS = 0.3
"""The share of albums whose ranks and durations come as Last.fm wrote them some years ago."""

UNTAGGED = 0.15
WITHOUT_TRACKS, WITH_NULL_TRACKS = 0.03, 0.015


def album_info(world: World, params: Params) -> Answer:
    """album.getInfo: durations in seconds, as numbers, strings or null; tags "" where there are none."""
    artist, album = asked_album(world, params)
    untagged = not artist.tags or drawn("untagged", artist.name, album.name) < UNTAGGED
    facts = {
        "artist": artist.name,
        "mbid": "",
        "tags": "" if untagged else {"tag": tag_names(artist.tags)},
        "playcount": str(album.playcount),
        "image": ALL_PICTURES,
        **_tracks(artist, album),
        "url": album_address(artist.name, album.name),
        "name": album.name,
        "listeners": str(album.listeners),
    }
    return {"album": facts}


METHODS: Mapping[str, Method] = {"album.getinfo": album_info}


def _tracks(artist: Artist, album: Album) -> Answer:
    """The album's tracks; for some albums Last.fm does not know them, and shows this in two ways."""
    chance = drawn("tracks", artist.name, album.name)
    if chance < WITHOUT_TRACKS:
        return {}
    if chance < WITHOUT_TRACKS + WITH_NULL_TRACKS:
        return {"tracks": {"track": None}}
    row = _row_in_strings if drawn("strings", artist.name, album.name) < WRITTEN_IN_STRINGS else _row
    return {"tracks": {"track": one_or_many(_rows(artist, album, row))}}


def _rows(artist: Artist, album: Album, row: Callable[[Artist, Album, Track, int], Answer]) -> list[Answer]:
    return [row(artist, album, track, rank) for rank, track in enumerate(album.tracks, start=1)]


def _row(artist: Artist, album: Album, track: Track, rank: int) -> Answer:
    return {
        "streamable": NOT_STREAMABLE,
        "duration": track.seconds if has_known_length(artist, track) else None,
        "url": f"{album_address(artist.name, album.name)}/{quoted(track.name)}",
        "name": track.name,
        "@attr": {"rank": rank},
        "artist": {"url": artist_address(artist.name), "name": artist.name, "mbid": artist.mbid},
    }


def _row_in_strings(artist: Artist, album: Album, track: Track, rank: int) -> Answer:
    return {
        **_row(artist, album, track, rank),
        "duration": str(track.seconds) if has_known_length(artist, track) else "0",
        "url": track_address(artist.name, track.name),
        "@attr": {"rank": str(rank)},
    }
