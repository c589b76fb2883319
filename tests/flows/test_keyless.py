"""Without a Last.fm key: a history, servers that want no key, candidates from their facts; one of them may be down."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from flows import catalogue_source
from flows.sources.musicbrainz import MusicBrainz
from jobs.lake import Lake
from jobs.silver import artist_top_tracks, similar_artists
from tests.flows.loopback import Form, Said, serving
from tests.flows.small_metabrainz import MBID, NEAR, TRACKS, SmallMetaBrainz
from tests.flows.test_cli import Segue, segue

__all__ = ["segue"]
TRICKY = str(NEAR[0]["artist_mbid"])


OF_MUSICBRAINZ = ("artist", "release", "recording")


class DownMidway(SmallMetaBrainz):
    """Knows the neighbour's best track as well; its MusicBrainz answers three calls, and no more."""

    answers = 3

    def __call__(self, form: Form) -> Said:
        if form["path"].removeprefix("/2.0/").startswith(OF_MUSICBRAINZ):
            self.answers -= 1
            if self.answers < 0:
                return Said(b"down", status=502)
        return super().__call__(form)

    def _answer(self, path: str, form: Form) -> Any:
        if path.startswith("1/popularity/top-recordings") and path.endswith(TRICKY):
            return [TRACKS[0] | {"recording_name": "Overcome", "artist_name": "Tricky", "artist_mbids": [TRICKY]}]
        return super()._answer(path, form)


def listen(artist: str, number: int, *mbids: str) -> str:
    track = {"artist_name": artist, "track_name": "Numb", "additional_info": {"artist_mbids": mbids}}
    return json.dumps({"listened_at": 1_700_000_000 + 9_000 * number, "track_metadata": track})


@pytest.mark.slow
def test_candidates_come_from_who_wants_no_key_and_who_is_down_is_said_and_costs_the_others_nothing(
    segue: Segue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spark: SparkSession
) -> None:
    heard = [listen("Portishead", day, MBID) for day in range(9)]
    unknown = [
        listen(f"Artist {number}", 20 + number, f"{number:08}-fbe1-4f50-aa9b-94c450ec0f11") for number in range(12)
    ]
    (tmp_path / "listens.jsonl").write_text("\n".join(heard + unknown))
    monkeypatch.setenv("SEGUE_PROVIDERS", "listenbrainz,musicbrainz")
    monkeypatch.setenv("MUSICBRAINZ_CALLS_PER_SECOND", "0")
    monkeypatch.setattr(catalogue_source, "MusicBrainz", partial(MusicBrainz, attempts=1))
    with serving(DownMidway()) as server:
        for name in ("LISTENBRAINZ_API_URL", "LISTENBRAINZ_LABS_URL", "MUSICBRAINZ_API_URL"):
            monkeypatch.setenv(name, server.url)
        imported = segue("import", tmp_path / "listens.jsonl", "--listener", "ann")

    assert imported.out[-1] == "read 21 = new 21 + duplicate 0 + quarantined 0"
    assert any("Overcome by Tricky" in line for line in segue("recommend", "ann").out)
    status = [line for line in segue("status").out if line.startswith(("  listenbrainz", "  musicbrainz"))]
    assert ["STALE" in line for line in status] == [False, True]
    lake = Lake(spark, tmp_path / "home" / "lake")
    tables = (similar_artists.TABLE, artist_top_tracks.TABLE)
    told = {table.name: {row.source for row in lake.read(table).select("source").collect()} for table in tables}
    assert told == {table.name: {"listenbrainz"} for table in tables}
