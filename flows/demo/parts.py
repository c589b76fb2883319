"""Parts shared by the answers of several methods: addresses, pictures, tags, mbids."""

from collections.abc import Iterable
from urllib.parse import quote_plus

from flows.demo.catalogue import Artist, Tag, Track
from flows.demo.chance import drawn
from flows.demo.protocol import Answer, one_or_many

SITE = "https://www.last.fm"
NO_PICTURE = "https://lastfm.freetls.fastly.net/i/u/{}/2a96cbd8b46e442fc41c2b86b821562f.png"
"""Last.fm's own grey star, which it sends for every artist."""

PICTURE_SIZES = {
    "small": "34s",
    "medium": "64s",
    "large": "174s",
    "extralarge": "300x300",
    "mega": "300x300",
    "": "300x300",
}
ALL_PICTURES = [{"size": size, "#text": NO_PICTURE.format(folder)} for size, folder in PICTURE_SIZES.items()]
PICTURES = ALL_PICTURES[:4]
"""Rows of tracks and albums have fewer of them."""

NOT_STREAMABLE = {"#text": "0", "fulltrack": "0"}
TAGS_SHOWN = 5
UNKNOWN_LENGTH = 0.1
"""The share of tracks whose duration Last.fm does not know."""


def artist_address(artist: str) -> str:
    return f"{SITE}/music/{quoted(artist)}"


def album_address(artist: str, album: str) -> str:
    return f"{artist_address(artist)}/{quoted(album)}"


def track_address(artist: str, track: str) -> str:
    return f"{artist_address(artist)}/_/{quoted(track)}"


def mbid_where_known(artist: Artist) -> Answer:
    """The mbid if there is one: most rows omit the key otherwise; a few others send it empty."""
    return {"mbid": artist.mbid} if artist.mbid else {}


def artist_of_row(artist: Artist) -> Answer:
    return {"name": artist.name, **mbid_where_known(artist), "url": artist_address(artist.name)}


def has_known_length(artist: Artist, track: Track) -> bool:
    """Whether the track's length is known: the same in every answer about the track."""
    return drawn("length", artist.name, track.name) >= UNKNOWN_LENGTH


def counted_tags(tags: Iterable[Tag]) -> list[Answer] | Answer:
    """Tags with their counts, as numbers."""
    return one_or_many([{"count": tag.count, **_tag(tag)} for tag in tags])


def tag_names(tags: tuple[Tag, ...]) -> list[Answer] | Answer:
    """The most common few tags, without counts."""
    return one_or_many([_tag(tag) for tag in tags[:TAGS_SHOWN]])


def _tag(tag: Tag) -> Answer:
    return {"name": tag.name, "url": f"{SITE}/tag/{quoted(tag.name)}"}


def quoted(name: str) -> str:
    return quote_plus(name, safe="():")
