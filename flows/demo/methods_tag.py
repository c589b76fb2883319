"""The tag.* methods: a tag's top tracks."""

from collections.abc import Mapping

from flows.demo.catalogue import Song
from flows.demo.parts import NOT_STREAMABLE, PICTURES, artist_address, has_known_length, track_address
from flows.demo.protocol import Answer, Method, Params, one_or_many, page_asked, required
from flows.demo.world import World


def top_tracks(world: World, params: Params) -> Answer:
    """tag.getTopTracks: durations in seconds, no counts; a tag that nobody uses is an empty page and no error."""
    tag = required(params, "tag")
    page = page_asked(params)
    songs = world.charts.tag_songs(tag)
    rows = [_row(song, rank) for rank, song in enumerate(page.of(songs), start=page.before + 1)]
    return {"tracks": {"track": one_or_many(rows), "@attr": {"tag": tag, **page.paging(len(songs))}}}


METHODS: Mapping[str, Method] = {"tag.gettoptracks": top_tracks}


def _row(song: Song, rank: int) -> Answer:
    """Unlike in most rows, an unknown mbid is sent empty."""
    artist = song.artist
    return {
        "name": song.track.name,
        "duration": str(song.track.seconds) if has_known_length(artist, song.track) else "0",
        "mbid": "",
        "url": track_address(artist.name, song.track.name),
        "streamable": NOT_STREAMABLE,
        "artist": {"name": artist.name, "mbid": artist.mbid, "url": artist_address(artist.name)},
        "image": PICTURES,
        "@attr": {"rank": str(rank)},
    }
