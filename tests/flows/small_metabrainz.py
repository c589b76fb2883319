"""A small faithful ListenBrainz, its labs, and MusicBrainz, all on one address, for the tests of their clients."""

from dataclasses import dataclass, field
from typing import Any

from tests.flows.loopback import Form, Said, as_json

MBID = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"
ALBUM_MBID = "7d121738-aae1-3838-b6e2-5ad7863e27ad"
NEAR = [{"artist_mbid": "164f0d73-1234-4e2c-8743-d77bf2191051", "name": "Tricky", "score": 800}]
TRACKS = [
    {
        "recording_mbid": "9980309d-3480-4e7e-89ce-fce971a452be",
        "recording_name": "Roads",
        "artist_name": "Portishead",
        "artist_mbids": [MBID],
        "total_listen_count": 19440,
        "total_user_count": 1102,
        "length": 304000,
    }
]


@dataclass
class SmallMetaBrainz:
    """Knows one artist with an album, a neighbour and tags; 503 to the first calls that are `too_fast`."""

    name: str = "Portishead"
    too_fast: int = 0
    down: set[str] = field(default_factory=set)

    def __call__(self, form: Form) -> Said:
        path = form["path"].removeprefix("/2.0/")
        if self.too_fast:
            self.too_fast -= 1
            return Said(b"{}", status=503)
        if any(path.startswith(prefix) for prefix in self.down):
            return Said(b"down", status=502)
        return as_json(self._answer(path, form)) if self._answer(path, form) is not None else as_json({}, status=404)

    def _answer(self, path: str, form: Form) -> Any:
        known = form.get("artist_mbids") == MBID or path.endswith(MBID)
        if path.startswith("similar-artists"):
            return NEAR if known else []
        if path.startswith("1/popularity/top-recordings"):
            return TRACKS if known else None
        if path.startswith("1/popularity/top-release-groups"):
            row = {"release_group_mbid": ALBUM_MBID, "release_group": {"name": "Dummy"}, "total_listen_count": 7}
            return [row] if known else None
        return self._of_musicbrainz(path, form)

    def _of_musicbrainz(self, path: str, form: Form) -> Any:
        artist = {"id": MBID, "name": self.name, "score": 100, "tags": [{"count": 8, "name": "trip hop"}]}
        track = {"title": "Roads", "position": 8, "recording": {"id": ALBUM_MBID, "title": "Roads", "length": 304000}}
        release = {"id": ALBUM_MBID, "title": "Dummy", "media": [{"tracks": [track]}]}
        if path == "artist":
            return {"artists": [artist] if self.name in form["query"] else []}
        if path == "release":
            return {"releases": [release]}
        if path == "recording":
            credit = [{"name": self.name, "artist": {"id": MBID, "name": self.name}}]
            return {"recordings": [{"id": ALBUM_MBID, "title": "Roads", "length": 304000, "artist-credit": credit}]}
        return {f"artist/{MBID}": artist, f"release/{ALBUM_MBID}": release}.get(path)
