"""Edits of a playlist's tracks; positions count from 0."""

from collections.abc import Sequence

from ui.playlists import BadPlaylist, Edit, ListedTrack


def replaced(tracks: Sequence[ListedTrack]) -> Edit:
    """Replace all tracks by these."""
    return lambda _: tracks


def appended(tracks: Sequence[ListedTrack]) -> Edit:
    """Append these tracks, except those that are there already."""

    def edit(before: Sequence[ListedTrack]) -> Sequence[ListedTrack]:
        there = {track.track_id for track in before}
        return [*before, *(track for track in tracks if track.track_id not in there)]

    return edit


def removed(position: int) -> Edit:
    """Remove the track at this position."""

    def edit(before: Sequence[ListedTrack]) -> Sequence[ListedTrack]:
        _check(position, before)
        return [*before[:position], *before[position + 1 :]]

    return edit


def moved(position: int, to: int) -> Edit:
    """Move one track to another position; the others keep their order."""

    def edit(before: Sequence[ListedTrack]) -> Sequence[ListedTrack]:
        _check(position, before)
        _check(to, before)
        others = [*before[:position], *before[position + 1 :]]
        return [*others[:to], before[position], *others[to:]]

    return edit


def reordered(order: Sequence[int]) -> Edit:
    """Reorder the tracks; `order` has each present position once."""

    def edit(before: Sequence[ListedTrack]) -> Sequence[ListedTrack]:
        if sorted(order) != list(range(len(before))):
            raise BadPlaylist(f"the new order must have each of the positions 0 to {len(before) - 1} once")
        return [before[position] for position in order]

    return edit


def _check(position: int, tracks: Sequence[ListedTrack]) -> None:
    if not 0 <= position < len(tracks):
        raise BadPlaylist(f"position {position} is not in this playlist of {len(tracks)} tracks")
