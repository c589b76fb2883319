"""Playlists: kept as they were made, edited as a whole or not at all, and their owner's alone."""

import pytest

from ui.database.engine import Database
from ui.playlist_edits import appended, moved, removed, reordered, replaced
from ui.playlists import MOST_TRACKS, BadPlaylist, Edit, FullPlaylist, ListedTrack, Playlists, UnknownPlaylist


def song(name: str) -> ListedTrack:
    return ListedTrack(f"{name.lower()}|portishead", name, "Portishead", "Dummy")


TRACKS = [song(name) for name in "ABCD"]


@pytest.fixture
def playlists(database: Database) -> Playlists:
    return Playlists(database)


def names(playlist: FullPlaylist) -> str:
    return "".join(track.track_name for track in playlist.tracks)


def test_a_playlist_is_kept_in_its_order(playlists: Playlists) -> None:
    made = playlists.create("Ada", "  Late\nnight ", TRACKS)

    assert made.name == "Late night"
    assert playlists.get("ada", made.playlist_id) == made
    assert [(one.name, one.track_count) for one in playlists.of("ada")] == [("Late night", 4)]


@pytest.mark.parametrize(
    ("edit", "then"),
    [
        (moved(0, 2), "BCAD"),
        (moved(3, 0), "DABC"),
        (removed(1), "ACD"),
        (reordered([3, 2, 1, 0]), "DCBA"),
        (replaced([song("E"), song("A")]), "EA"),
        (appended([song("B"), song("F")]), "ABCDF"),
    ],
)
def test_an_edit_is_kept(playlists: Playlists, edit: Edit, then: str) -> None:
    made = playlists.create("ada", "Night", TRACKS)

    assert names(playlists.change("ada", made.playlist_id, edit=edit)) == then
    assert names(playlists.get("ada", made.playlist_id)) == then


@pytest.mark.parametrize(
    "edit", [moved(0, 4), removed(-1), reordered([0, 1, 2]), reordered([0, 0, 1, 2]), replaced(TRACKS * MOST_TRACKS)]
)
def test_an_edit_that_cannot_be_changes_nothing(playlists: Playlists, edit: Edit) -> None:
    made = playlists.create("ada", "Night", TRACKS)

    with pytest.raises(BadPlaylist):
        playlists.change("ada", made.playlist_id, name="Day", edit=edit)
    assert playlists.get("ada", made.playlist_id) == made


def test_a_playlist_is_unknown_to_other_listeners(playlists: Playlists) -> None:
    made = playlists.create("ada", "Night", TRACKS)

    for forbidden in (playlists.get, playlists.change, playlists.delete):
        with pytest.raises(UnknownPlaylist):
            forbidden("miles", made.playlist_id)


def test_a_deleted_playlist_is_gone_with_its_tracks(playlists: Playlists) -> None:
    made = playlists.create("ada", "Night", TRACKS)

    playlists.delete("ada", made.playlist_id)

    assert playlists.of("ada") == ()
