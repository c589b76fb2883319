"""What the page's buttons do: give and undo feedback, save a list, export it."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ui import toasts
from ui.exports import Format, export
from ui.feedback import Given, Subject, SubjectKind, Verdict
from ui.markup import name
from ui.pages.address import Address
from ui.playlists import ListedTrack
from ui.records import Recommendation
from ui.state import State
from ui.store import Store
from ui.view import counted

SAID = {
    Verdict.LIKE: "Liked",
    Verdict.SKIP: "Skipped",
    Verdict.NOT_NOW: "Not for the next 30 days:",
    Verdict.NEVER: "Never again:",
}


class Deeds:
    """Actions of listeners; each method returns a toast."""

    def __init__(self, store: Store, state: State) -> None:
        self._store = store
        self._state = state

    def say(self, username: str, verdict: Verdict, told: Mapping[str, Any]) -> str:
        """Store a verdict; a second like undoes the first. Raises `UnknownMusic`."""
        subject = self._subject(str(told.get("kind")), str(told.get("id")))
        if verdict is Verdict.LIKE and (given := self._liked(username, subject)):
            return self.take_back(username, given.event_id)
        given = self._state.feedback.give(username, subject, verdict)
        undo = toasts.button("undo", "Undo", event=given.event_id)
        return toasts.toast(f"{SAID[verdict]} {_called(subject)}", undo, *_further(verdict, subject))

    def take_back(self, username: str, event_id: str) -> str:
        """Undo a verdict. Raises `UnknownFeedback`."""
        given = self._state.feedback.undo(username, event_id)
        return toasts.toast(f"Undone: {_called(given.subject)}")

    def keep(self, username: str, rows: Sequence[Recommendation], now: datetime) -> str:
        """Save the list as it is shown. Raises `BadPlaylist`."""
        title = f"For {username}, {now.day} {now:%B %Y}"
        kept = self._state.playlists.create(username, title, listed(rows))
        there = Address(username).link("playlists", playlist=kept.playlist_id)
        return toasts.toast(
            f"{counted(len(rows), 'track')} saved as {name(kept.name)}", toasts.link(there, "Open playlist")
        )

    def _liked(self, username: str, subject: Subject) -> Given | None:
        key = (subject.kind, subject.id, Verdict.LIKE)
        said = self._state.feedback.of(username)
        return next((each for each in said if (each.subject.kind, each.id_now, each.verdict) == key), None)

    def _subject(self, kind: str, identity: str) -> Subject:
        if kind == "artist":
            artist = self._store.artist(identity)
            return Subject(SubjectKind.ARTIST, artist.artist_id, artist.artist_name)
        track = self._store.track(identity)
        if kind == "artist_of":
            return Subject(SubjectKind.ARTIST, track.artist_id, track.artist_name)
        return Subject(SubjectKind.TRACK, track.track_id, track.artist_name, track.track_name)


def taken_along(title: str, tracks: Sequence[ListedTrack]) -> str:
    """A toast with download links for the tracks in every file format."""
    files = [export(each, title, tracks) for each in Format]
    links = [
        toasts.download(
            f"data:{file.media_type.replace('; ', ';')};base64,{b64encode(file.content).decode()}",
            file.filename,
            kind.value.upper(),
        )
        for kind, file in zip(Format, files, strict=True)
    ]
    return toasts.toast(f"Export {counted(len(tracks), 'track')} as", *links)


def listed(rows: Sequence[Recommendation]) -> list[ListedTrack]:
    """Recommendations as tracks of a list."""
    return [ListedTrack(each.track_id, each.track_name, each.artist_name, each.album_name) for each in rows]


def _further(verdict: Verdict, subject: Subject) -> list[str]:
    """For a track that is turned down, a button to turn down its artist as well."""
    if verdict not in (Verdict.NEVER, Verdict.NOT_NOW) or subject.kind is SubjectKind.ARTIST:
        return []
    label = "Never this artist" if verdict is Verdict.NEVER else "Not this artist now"
    return [toasts.button(verdict.value, label, kind="artist_of", id=subject.id)]


def _called(subject: Subject) -> str:
    if subject.track_name is None:
        return name(subject.artist_name)
    return toasts.titled(subject.track_name, subject.artist_name)
