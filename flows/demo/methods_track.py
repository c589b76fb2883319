"""The track.* methods: facts about one track."""

from collections.abc import Mapping

from flows.demo.catalogue import Artist, Song, Tag
from flows.demo.chance import drawn
from flows.demo.parts import (
    NOT_STREAMABLE,
    PICTURES,
    album_address,
    artist_address,
    artist_of_row,
    counted_tags,
    has_known_length,
    tag_names,
    track_address,
)
from flows.demo.protocol import Answer, Method, NotKnown, Params, required
from flows.demo.subject import asked_song, named_artist, require_names_or_mbid
from flows.demo.world import World

NOT_FOUND = "Track not found"
UNTAGGED = 0.25
"""The share of tracks that nobody has tagged."""

TAG_KEPT = 0.75
"""How often one of an artist's tags is also one of a track's."""

WITHOUT_ALBUM, WITHOUT_POSITION = 0.08, 0.3
NOBODYS = {"duration": "0", "streamable": NOT_STREAMABLE, "listeners": "0", "playcount": "0"}


def track_info(world: World, params: Params) -> Answer:
    """track.getInfo: durations in milliseconds; a track that does not exist is described too."""
    require_names_or_mbid(params, "track", NOT_FOUND)
    artist = named_artist(world, params)
    song = asked_song(world, params, artist) if artist else None
    if not song:
        return {"track": _made_up(required(params, "artist"), required(params, "track"), artist)}
    facts = {
        "name": song.track.name,
        "url": track_address(song.artist.name, song.track.name),
        "duration": str(song.track.seconds * 1000) if has_known_length(song.artist, song.track) else "0",
        "streamable": NOT_STREAMABLE,
        "listeners": str(song.track.listeners),
        "playcount": str(song.track.playcount),
        "artist": artist_of_row(song.artist),
        **_album(song),
        "toptags": {"tag": tag_names(track_tags(song))},
    }
    return {"track": facts}


def top_tags(world: World, params: Params) -> Answer:
    """track.getTopTags: none for an artist's track that nobody has tagged or heard of."""
    require_names_or_mbid(params, "track", NOT_FOUND)
    track = required(params, "track")
    artist = named_artist(world, params)
    if not artist:
        raise NotKnown(NOT_FOUND)
    song = asked_song(world, params, artist)
    about = {"artist": artist.name, "track": song.track.name if song else track}
    return {"toptags": {"tag": counted_tags(track_tags(song) if song else ()), "@attr": about}}


METHODS: Mapping[str, Method] = {"track.getinfo": track_info, "track.gettoptags": top_tags}


def track_tags(song: Song) -> tuple[Tag, ...]:
    """Some of the artist's tags, always the same ones, the most common with count 100; often none."""
    about = (song.artist.name, song.track.name)
    if drawn("untagged", *about) < UNTAGGED:
        return ()
    kept = [tag for tag in song.artist.tags if drawn("tag", *about, tag.name) < TAG_KEPT]
    most = max((tag.count for tag in kept), default=1) or 1
    return tuple(Tag(tag.name, round(100 * tag.count / most)) for tag in kept)


def _made_up(artist: str, track: str, known: Artist | None) -> Answer:
    name = known.name if known else artist
    described = artist_of_row(known) if known else {"name": artist, "url": artist_address(artist)}
    return {"name": track, "url": track_address(name, track), **NOBODYS, "artist": described, "toptags": {"tag": []}}


def _album(song: Song) -> Answer:
    about = (song.artist.name, song.track.name)
    if drawn("no album", *about) < WITHOUT_ALBUM:
        return {}
    position = {"@attr": {"position": str(song.album.tracks.index(song.track) + 1)}}
    album = {
        "artist": song.artist.name,
        "title": song.album.name,
        "url": album_address(song.artist.name, song.album.name),
        "image": PICTURES,
        **({} if drawn("no position", *about) < WITHOUT_POSITION else position),
    }
    return {"album": album}
