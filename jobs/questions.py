"""What can be asked of a source of facts about music, in Last.fm's words: the one catalogue of methods that is used."""

from dataclasses import dataclass

SIMILAR_ARTISTS = "artist.getSimilar"
TOP_TRACKS = "artist.getTopTracks"
TOP_ALBUMS = "artist.getTopAlbums"
ARTIST_TAGS = "artist.getTopTags"
ARTIST_INFO = "artist.getInfo"
ALBUM_INFO = "album.getInfo"
TRACK_TAGS = "track.getTopTags"
TRACK_INFO = "track.getInfo"
TAG_TRACKS = "tag.getTopTracks"
METHODS = (
    SIMILAR_ARTISTS,
    TOP_TRACKS,
    TOP_ALBUMS,
    ARTIST_TAGS,
    ARTIST_INFO,
    ALBUM_INFO,
    TRACK_TAGS,
    TRACK_INFO,
    TAG_TRACKS,
)


@dataclass(frozen=True)
class Question:
    """One call worth making: a method and what it is about, in the spelling to ask with; "" where it does not apply.

    `value` is what the answer may change: the share of one listener's candidates, summed over strategies and listeners.
    """

    method: str
    artist: str = ""
    album: str = ""
    track: str = ""
    tag: str = ""
    value: float = 0.0
