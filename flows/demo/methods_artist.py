"""The artist.* methods: facts, similar artists, top tracks, albums and tags."""

from collections.abc import Mapping

from flows.demo.catalogue import Album, Artist, Similar, Song
from flows.demo.parts import (
    ALL_PICTURES,
    PICTURES,
    album_address,
    artist_address,
    artist_of_row,
    counted_tags,
    mbid_where_known,
    tag_names,
    track_address,
)
from flows.demo.protocol import MOST_ROWS, Answer, Method, Params, one_or_many, page_asked, whole_number
from flows.demo.subject import asked_artist
from flows.demo.world import World

NEIGHBOURS_SHOWN = 5


def artist_info(world: World, params: Params) -> Answer:
    """artist.getInfo: numbers are strings, tags have no counts, and the biography is empty."""
    artist = asked_artist(world, params)
    neighbours = [_shown(similar.name) for similar in artist.similar[:NEIGHBOURS_SHOWN]]
    facts = {
        **_shown(artist.name, **mbid_where_known(artist)),
        "streamable": "0",
        "ontour": "0",
        "stats": {"listeners": str(artist.listeners), "playcount": str(artist.playcount)},
        "similar": {"artist": one_or_many(neighbours)},
        "tags": {"tag": tag_names(artist.tags)},
        "bio": _no_biography(artist),
    }
    return {"artist": facts}


def similar_artists(world: World, params: Params) -> Answer:
    """artist.getSimilar: nearest first; `match` is a string, relative to the nearest, which has 1."""
    artist = asked_artist(world, params)
    limit = whole_number(params, "limit", 100, 1, MOST_ROWS)
    rows = [_neighbour(world, similar) for similar in artist.similar[:limit]]
    return {"similarartists": {"artist": one_or_many(rows), "@attr": {"artist": artist.name}}}


def top_tracks(world: World, params: Params) -> Answer:
    """artist.getTopTracks: most played first; the rank continues over pages."""
    artist = asked_artist(world, params)
    page = page_asked(params)
    songs = world.charts.of(artist).songs
    rows = [_top_track(song, rank) for rank, song in enumerate(page.of(songs), start=page.before + 1)]
    paging = {"artist": artist.name, **page.paging(len(songs))}
    return {"toptracks": {"track": one_or_many(rows), "@attr": paging}}


def top_albums(world: World, params: Params) -> Answer:
    """artist.getTopAlbums: most played first; unlike elsewhere, the playcount is a number and no string."""
    artist = asked_artist(world, params)
    page = page_asked(params)
    albums = world.charts.of(artist).albums
    rows = [_top_album(artist, album) for album in page.of(albums)]
    return {"topalbums": {"album": one_or_many(rows), "@attr": {"artist": artist.name, **page.paging(len(albums))}}}


def top_tags(world: World, params: Params) -> Answer:
    """artist.getTopTags: all tags, most common first."""
    artist = asked_artist(world, params)
    return {"toptags": {"tag": counted_tags(artist.tags), "@attr": {"artist": artist.name}}}


METHODS: Mapping[str, Method] = {
    "artist.getinfo": artist_info,
    "artist.getsimilar": similar_artists,
    "artist.gettoptracks": top_tracks,
    "artist.gettopalbums": top_albums,
    "artist.gettoptags": top_tags,
}


def _shown(name: str, **mbid: str) -> Answer:
    return {"name": name, **mbid, "url": artist_address(name), "image": ALL_PICTURES}


def _no_biography(artist: Artist) -> Answer:
    address = artist_address(artist.name)
    wiki = {"#text": "", "rel": "original", "href": f"{address}/+wiki"}
    summary = f' <a href="{address}">Read more on Last.fm</a>'
    return {"links": {"link": wiki}, "published": "01 Jan 1970, 00:00", "summary": summary, "content": ""}


def _neighbour(world: World, similar: Similar) -> Answer:
    known = world.catalogue.named.get(similar.name)
    return {
        "name": similar.name,
        **(mbid_where_known(known) if known else {}),
        "match": f"{similar.match:.6f}".rstrip("0").rstrip("."),
        "url": artist_address(similar.name),
        "image": ALL_PICTURES,
        "streamable": "0",
    }


def _top_track(song: Song, rank: int) -> Answer:
    return {
        "name": song.track.name,
        "playcount": str(song.track.playcount),
        "listeners": str(song.track.listeners),
        "url": track_address(song.artist.name, song.track.name),
        "streamable": "0",
        "artist": artist_of_row(song.artist),
        "image": PICTURES,
        "@attr": {"rank": str(rank)},
    }


def _top_album(artist: Artist, album: Album) -> Answer:
    return {
        "name": album.name,
        "playcount": album.playcount,
        "url": album_address(artist.name, album.name),
        "artist": artist_of_row(artist),
        "image": PICTURES,
    }
