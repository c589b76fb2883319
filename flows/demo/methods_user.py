"""The user.* methods: a listener's plays and their profile."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zlib import crc32

from flows.demo.catalogue import Song
from flows.demo.listeners import REGISTERED, Listener
from flows.demo.parts import PICTURES, SITE, artist_address, track_address
from flows.demo.protocol import (
    BAD_PARAMETER,
    LOGIN_REQUIRED,
    Answer,
    LastfmError,
    Method,
    Params,
    one_or_many,
    page_asked,
    required,
    whole_number,
)
from flows.demo.simulate import Play
from flows.demo.world import World

END_OF_TIME = 2**40
ONE_IN_LOVED = 12


def recent_tracks(world: World, params: Params) -> Answer:
    """user.getRecentTracks: newest first; the track playing now is on top of every page, beyond the limit."""
    listener = _listener(params)
    if listener.private:
        raise LastfmError(LOGIN_REQUIRED, "Login: User required to be logged in", 403)
    page = page_asked(params)
    since = whole_number(params, "from", 0, 0, END_OF_TIME)
    until = whole_number(params, "to", END_OF_TIME, 0, END_OF_TIME)
    extended = params.get("extended", "0").strip() == "1"
    heard = world.history(listener).between(since, until)[::-1]
    rows = [_now_playing(song, listener, extended=extended) for song in world.now_playing(listener)]
    rows += [_played(play, listener, extended=extended) for play in page.of(heard)]
    paging = {"user": listener.name, **page.paging(len(heard))}
    return {"recenttracks": {"track": one_or_many(rows), "@attr": paging}}


def user_info(world: World, params: Params) -> Answer:
    """user.getInfo: the profile and how much was played, also of listeners who hide their recent plays."""
    listener = _listener(params)
    songs = {play.song for play in world.history(listener).plays}
    registered = int(world.registered(listener).timestamp())
    profile = {
        "name": listener.name,
        "age": "0",
        "subscriber": "0",
        "realname": listener.realname,
        "bootstrap": "0",
        "playcount": str(len(world.history(listener).plays)),
        "artist_count": str(len({song.artist.name for song in songs})),
        "playlists": "0",
        "track_count": str(len({(song.artist.name, song.track.name) for song in songs})),
        "album_count": str(len({(song.artist.name, song.album.name) for song in songs})),
        "image": PICTURES,
        "registered": {"unixtime": str(registered), "#text": registered},
        "country": listener.country,
        "gender": "n",
        "url": f"{SITE}/user/{listener.name}",
        "type": "user",
    }
    return {"user": profile}


METHODS: Mapping[str, Method] = {"user.getrecenttracks": recent_tracks, "user.getinfo": user_info}


def _listener(params: Params) -> Listener:
    name = required(params, "user")
    if listener := REGISTERED.get(name.lower()):
        return listener
    raise LastfmError(BAD_PARAMETER, "User not found", 404)


def _now_playing(song: Song, listener: Listener, *, extended: bool) -> Answer:
    return _row(song, listener, extended=extended) | {"@attr": {"nowplaying": "true"}}


def _played(play: Play, listener: Listener, *, extended: bool) -> Answer:
    text = datetime.fromtimestamp(play.uts, UTC).strftime("%d %b %Y, %H:%M")
    return _row(play.song, listener, extended=extended) | {"date": {"uts": str(play.uts), "#text": text}}


def _row(song: Song, listener: Listener, *, extended: bool) -> Answer:
    return {
        "artist": _artist(song, extended=extended),
        "streamable": "0",
        "image": PICTURES,
        "mbid": "",
        "album": {"mbid": "", "#text": song.album.name},
        "name": song.track.name,
        "url": track_address(song.artist.name, song.track.name),
        **({"loved": _loved(song, listener)} if extended else {}),
    }


def _artist(song: Song, *, extended: bool) -> Answer:
    """The compact form has the mbid, unlike the extended one, and the name as `#text`."""
    if not extended:
        return {"mbid": song.artist.mbid, "#text": song.artist.name}
    return {"url": artist_address(song.artist.name), "name": song.artist.name, "image": PICTURES, "mbid": ""}


def _loved(song: Song, listener: Listener) -> str:
    """Whether the listener loves the track: always the same for both."""
    mark = crc32(f"{listener.name}/{song.artist.name}/{song.track.name}".encode())
    return "1" if mark % ONE_IN_LOVED == 0 else "0"
