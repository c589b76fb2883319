"""Links to where a track can be heard or read about, mostly searches at well-known services."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

LONGEST = 200


@dataclass(frozen=True)
class Links:
    """Addresses for one track."""

    youtube: str
    spotify: str
    lastfm: str
    musicbrainz: str


def links(artist_name: str, track_name: str, video_id: str | None = None) -> Links:
    """Each service's address for the track; on YouTube the video itself if it is known."""
    words = quote(_words(artist_name, track_name), safe="", errors="replace")
    return Links(
        youtube=youtube_search(artist_name, track_name) if video_id is None else youtube_video(video_id),
        spotify=f"https://open.spotify.com/search/{words}/tracks",
        lastfm=f"https://www.last.fm/music/{_lastfm(artist_name)}/_/{_lastfm(track_name)}",
        musicbrainz="https://musicbrainz.org/search?"
        + urlencode(_musicbrainz(artist_name, track_name), errors="replace"),
    )


def youtube_search(artist_name: str, track_name: str) -> str:
    """YouTube's search for the track."""
    return "https://www.youtube.com/results?" + urlencode(
        {"search_query": _words(artist_name, track_name)}, errors="replace"
    )


def youtube_video(video_id: str) -> str:
    """The page of a video."""
    return "https://www.youtube.com/watch?" + urlencode({"v": video_id})


def _words(artist_name: str, track_name: str) -> str:
    return " ".join(f"{artist_name} {track_name}".split())[:LONGEST]


def _lastfm(name: str) -> str:
    """A name in Last.fm's addresses: a blank becomes a plus, and characters special in URLs are escaped twice."""
    once = quote(name.strip()[:LONGEST], safe=" ", errors="replace").replace("%2F", "%252F").replace("%2B", "%252B")
    return once.replace(" ", "+")


def _musicbrainz(artist_name: str, track_name: str) -> dict[str, str]:
    query = f'recording:"{_quoted(track_name)}" AND artist:"{_quoted(artist_name)}"'
    return {"query": query, "type": "recording", "method": "advanced"}


def _quoted(name: str) -> str:
    """A name escaped for a quoted phrase of a Lucene query."""
    return name[:LONGEST].replace("\\", "\\\\").replace('"', '\\"')
