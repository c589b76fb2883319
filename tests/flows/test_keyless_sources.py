"""ListenBrainz, MusicBrainz and the bundled catalogue: asked politely, landed as sent, and one at a time down."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.catalogue_source import NobodyToAsk, catalogue_source
from flows.providers import Provider, Turn, askable, side_by_side
from flows.settings import BadSetting, read_settings
from flows.sources.bundled import Bundled
from flows.sources.errors import SourceError
from flows.sources.listenbrainz_catalogue import ListenBrainzCatalogue
from flows.sources.musicbrainz import MusicBrainz
from flows.sources.pace import Pace
from jobs import questions
from jobs.questions import Question
from tests.flows.loopback import Server, serving
from tests.flows.small_metabrainz import ALBUM_MBID, MBID, SmallMetaBrainz

NOW = datetime(2024, 6, 3, tzinfo=UTC)


def clients(server: Server, bronze: Path, attempts: int = 2) -> tuple[ListenBrainzCatalogue, MusicBrainz]:
    patient: dict[str, Any] = {"pace": Pace(bronze, "any", 0), "attempts": attempts, "sleep": lambda _: None}
    musicbrainz = MusicBrainz(url=server.url, bronze=bronze, **patient)
    return ListenBrainzCatalogue(
        url=server.url, labs_url=server.url, token=None, bronze=bronze, find_mbid=musicbrainz.artist_mbid, **patient
    ), musicbrainz


def landed(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return content


def paths_asked(server: Server) -> list[str]:
    return [form["path"].removeprefix("/2.0/") for form in server.forms]


def test_an_artist_with_an_mbid_is_asked_about_in_one_call_and_landed_as_sent(tmp_path: Path) -> None:
    with serving(SmallMetaBrainz()) as server:
        listenbrainz, _ = clients(server, tmp_path)
        done = listenbrainz.answer(Question(questions.SIMILAR_ARTISTS, "Portishead", artist_mbid=MBID), now=NOW)

    assert (done.known, done.calls, server.forms[0]["artist_mbids"]) == (True, 1, MBID)
    assert done.path.parent == tmp_path / "listenbrainz" / "artist.getsimilar" / "2024-06-03"
    assert json.loads(landed(done.path)["body"])[0]["name"] == "Tricky"


def test_an_mbid_that_nobody_told_is_searched_for_once_and_remembered(tmp_path: Path) -> None:
    with serving(SmallMetaBrainz()) as server:
        listenbrainz, _ = clients(server, tmp_path)
        for method in (questions.TOP_TRACKS, questions.TOP_ALBUMS):
            assert listenbrainz.answer(Question(method, "portishead".title()), now=NOW).known

    assert paths_asked(server)[0] == "artist" and len(server.forms) == 3
    assert list((tmp_path / "musicbrainz" / "artist.getinfo").rglob("*.json.gz"))


def test_an_artist_whom_musicbrainz_does_not_know_is_remembered_as_unknown(tmp_path: Path) -> None:
    with serving(SmallMetaBrainz()) as server:
        listenbrainz, musicbrainz = clients(server, tmp_path)
        near = listenbrainz.answer(Question(questions.SIMILAR_ARTISTS, "Nobody"), now=NOW)
        tags = musicbrainz.answer(Question(questions.ARTIST_TAGS, "Nobody"), now=NOW)

    assert not near.known and not tags.known
    assert landed(tags.path)["request"]["found"] == "no"


def test_a_search_tells_the_tags_of_an_artist_without_mbid_in_the_same_call(tmp_path: Path) -> None:
    with serving(SmallMetaBrainz()) as server:
        _, musicbrainz = clients(server, tmp_path)
        done = musicbrainz.answer(Question(questions.ARTIST_TAGS, "Portishead"), now=NOW)

    assert (done.known, done.calls, landed(done.path)["request"]["artist_mbid"]) == (True, 1, MBID)


def test_an_album_is_found_by_its_release_group_or_by_name(tmp_path: Path) -> None:
    album = Question(questions.ALBUM_INFO, "Portishead", album="Dummy", artist_mbid=MBID)
    with serving(SmallMetaBrainz()) as server:
        _, musicbrainz = clients(server, tmp_path)
        for mbid in (ALBUM_MBID, ""):
            assert musicbrainz.answer(replace(album, album_mbid=mbid), now=NOW).known

    assert server.forms[0]["release-group"] == ALBUM_MBID
    assert paths_asked(server) == ["release", "release", f"release/{ALBUM_MBID}"]


def test_a_name_cannot_leave_its_quotes_in_a_query(tmp_path: Path) -> None:
    with serving(SmallMetaBrainz()) as server:
        _, musicbrainz = clients(server, tmp_path)
        musicbrainz.answer(Question(questions.ARTIST_INFO, 'x" OR arid:*\\'), now=NOW)

    assert server.forms[0]["query"] == r'artist:"x\" OR arid:*\\"'


def test_the_user_agent_names_segue_and_503_is_asked_again(tmp_path: Path) -> None:
    with serving(SmallMetaBrainz(too_fast=1)) as server:
        _, musicbrainz = clients(server, tmp_path)
        assert musicbrainz.answer(Question(questions.TAG_TRACKS, tag="trip hop"), now=NOW).known

    assert len(server.forms) == 2 and server.headers[0]["User-Agent"].startswith("Segue/")


def test_musicbrainz_being_down_says_nothing_of_listenbrainz(tmp_path: Path) -> None:
    asked = [Question(questions.TOP_TRACKS, f"Artist {number}") for number in range(9)]
    known = Question(questions.TOP_TRACKS, "Portishead", artist_mbid=MBID)
    tags = [Question(questions.ARTIST_TAGS, f"Artist {number}", artist_mbid=MBID) for number in range(9)]
    with serving(SmallMetaBrainz(down={"artist"})) as server:
        listenbrainz, musicbrainz = clients(server, tmp_path, attempts=1)
        turns = [
            Turn(Provider("listenbrainz", listenbrainz), [*asked, known], 99),
            Turn(Provider("musicbrainz", musicbrainz), tags, 99),
        ]
        done = side_by_side(turns, now=NOW, progress=lambda _: None, alone=False)

    assert done["listenbrainz"].answered == 1 and not done["listenbrainz"].stopped
    assert done["musicbrainz"].answered == 0 and done["musicbrainz"].stopped


def test_the_bundled_catalogue_answers_without_a_call_and_makes_nothing_up(tmp_path: Path) -> None:
    bundled = Bundled(tmp_path)
    known, unknown = (
        bundled.answer(Question(questions.TOP_TRACKS, name), now=NOW) for name in ("radiohead", "Nobody at All")
    )

    assert (known.known, known.calls, unknown.known) == (True, 0, False)
    assert (bundled.knows(known.question), bundled.knows(unknown.question)) == (True, False)
    rows = json.loads(landed(known.path)["body"])["toptracks"]["track"]
    assert rows and all(set(row) == {"name", "listeners", "playcount", "artist"} for row in rows)
    with pytest.raises(SourceError, match="use another provider"):
        bundled.answer(Question(questions.TRACK_INFO, "Radiohead", track="Creep"), now=NOW)


@pytest.mark.parametrize(
    ("environment", "listeners", "names"),
    [
        ({}, ["a real one"], ["listenbrainz", "musicbrainz", "bundled"]),
        ({"LASTFM_API_URL": "http://127.0.0.1:9/"}, [], ["lastfm", "listenbrainz", "musicbrainz", "bundled"]),
        ({"SEGUE_PROVIDERS": "bundled, musicbrainz"}, [], ["musicbrainz", "bundled"]),
        ({"SEGUE_PROVIDERS": "lastfm, bundled"}, ["a real one"], ["bundled"]),
    ],
)
def test_who_is_asked_follows_from_the_settings(
    tmp_path: Path, environment: dict[str, str], listeners: list[str], names: list[str]
) -> None:
    settings = read_settings({"SEGUE_HOME": str(tmp_path), **environment})
    with catalogue_source(settings, listeners) as providers:
        assert [one.name for one in providers] == names
        beside_lastfm = [one.spare for one in providers[1:]] if names[0] == "lastfm" else []
        assert all(beside_lastfm) and askable(providers)[questions.SIMILAR_ARTISTS]


def test_the_demo_server_is_not_asked_about_real_listeners(tmp_path: Path) -> None:
    settings = read_settings({"SEGUE_HOME": str(tmp_path), "SEGUE_PROVIDERS": "lastfm"})

    with pytest.raises(NobodyToAsk, match="set LASTFM_API_KEY"), catalogue_source(settings, ["a real one"]):
        pass


def test_an_unknown_provider_is_refused() -> None:
    with pytest.raises(BadSetting, match="SEGUE_PROVIDERS contains 'deezer'"):
        read_settings({"SEGUE_PROVIDERS": "deezer"})
