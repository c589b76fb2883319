"""What can be done to the tracks of a playlist; positions count from 0."""

from collections.abc import Sequence

from ui.playlists import BadPlaylist, Edit, ListedTrack


def replaced(tracks: Sequence[ListedTrack]) -> Edit:
    """These tracks in place of all that were there."""
    return lambda _: tracks


def appended(tracks: Sequence[ListedTrack]) -> Edit:
    """These tracks at the end, less those that are there already."""

    def edit(before: Sequence[ListedTrack]) -> Sequence[ListedTrack]:
        there = {track.track_id for track in before}
        return [*before, *(track for track in tracks if track.track_id not in there)]

    return edit


def removed(position: int) -> Edit:
    """Without the track at this position."""

    def edit(before: Sequence[ListedTrack]) -> Sequence[ListedTrack]:
        _check(position, before)
        return [*before[:position], *before[position + 1 :]]

    return edit


def moved(position: int, to: int) -> Edit:
    """With one track at another position, the others in their order."""

    def edit(before: Sequence[ListedTrack]) -> Sequence[ListedTrack]:
        _check(position, before)
        _check(to, before)
        others = [*before[:position], *before[position + 1 :]]
        return [*others[:to], before[position], *others[to:]]

    return edit


def reordered(order: Sequence[int]) -> Edit:
    """The tracks in this order of the positions that they have now, each named once."""

    def edit(before: Sequence[ListedTrack]) -> Sequence[ListedTrack]:
        if sorted(order) != list(range(len(before))):
            raise BadPlaylist(f"an order of this playlist names each of the positions 0 to {len(before) - 1} once")
        return [before[position] for position in order]

    return edit


def _check(position: int, tracks: Sequence[ListedTrack]) -> None:
    if not 0 <= position < len(tracks):
        raise BadPlaylist(f"position {position} is not in this playlist of {len(tracks)} tracks")
