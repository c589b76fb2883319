"""Finds a request's subject: by exactly the name given, or by a similar one with autocorrect=1."""

from flows.demo.catalogue import Album, Artist, Song
from flows.demo.protocol import NotKnown, Params, required
from flows.demo.world import World


def asked_artist(world: World, params: Params) -> Artist:
    """The artist by mbid if that is known, else by name. Raises `NotKnown`."""
    mbid = params.get("mbid", "").strip().lower()
    artist = world.charts.artist_mbids.get(mbid)
    if not artist and (not mbid or params.get("artist", "").strip()):
        artist = named_artist(world, params)
    if artist:
        return artist
    raise NotKnown("The artist you supplied could not be found")


def asked_album(world: World, params: Params) -> tuple[Artist, Album]:
    """The artist and the album, by name. Raises `NotKnown`."""
    require_names_or_mbid(params, "album", "Album not found")
    artist = named_artist(world, params)
    names = artist and world.charts.of(artist).album_names
    album = names and names.find(required(params, "album"), corrected=_corrected(params))
    if artist and album:
        return artist, album
    raise NotKnown("Album not found")


def asked_song(world: World, params: Params, artist: Artist) -> Song | None:
    """The artist's track of that name, if they have one."""
    names = world.charts.of(artist).song_names
    return names.find(required(params, "track"), corrected=_corrected(params))


def named_artist(world: World, params: Params) -> Artist | None:
    """The artist of that name, if there is one."""
    return world.charts.artist_names.find(required(params, "artist"), corrected=_corrected(params))


def require_names_or_mbid(params: Params, name: str, unknown: str) -> None:
    """Raises `NotKnown` for a request by mbid without names: albums and tracks have no mbid here."""
    names = [params.get(part, "").strip() for part in ("artist", name)]
    if not all(names) and params.get("mbid", "").strip():
        raise NotKnown(unknown)


def _corrected(params: Params) -> bool:
    return params.get("autocorrect", "").strip() == "1"
