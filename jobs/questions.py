"""The questions that can be asked of providers of facts about music, all under the names of Last.fm's methods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# The providers of facts about music, highest authority first.
LASTFM, LISTENBRAINZ, MUSICBRAINZ = "lastfm", "listenbrainz", "musicbrainz"
# The catalogue that comes with Segue, and facts derived from the imported histories: neither needs a network.
BUNDLED, CO_LISTENING = "bundled", "co-listening"
PROVIDERS = (LASTFM, LISTENBRAINZ, MUSICBRAINZ, BUNDLED, CO_LISTENING)
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
# By method, the providers to ask, highest authority first.
Askable = Mapping[str, Sequence[str]]
LASTFM_ALONE: Askable = dict.fromkeys(METHODS, (LASTFM,))


@dataclass(frozen=True)
class Question:
    """One call worth making: a method and its arguments, in the spelling to ask with; "" if one does not apply.

    `value` is what the answer may change: the share of one listener's candidates, summed over strategies and listeners.
    `source` names the provider to ask. The MBIDs, of artist and album (a release group), are "" if unknown.
    """

    method: str
    artist: str = ""
    album: str = ""
    track: str = ""
    tag: str = ""
    value: float = 0.0
    source: str = LASTFM
    artist_mbid: str = field(default="", compare=False)
    album_mbid: str = field(default="", compare=False)
