"""A track as one line of a list, for lists on the page other than recommendations."""

from collections.abc import Collection
from typing import Protocol

from ui.cards import listen_links, verdict_buttons
from ui.markup import name
from ui.pages.address import Address


class Track(Protocol):
    """Any record of a track with its artist."""

    @property
    def track_id(self) -> str: ...
    @property
    def track_name(self) -> str: ...
    @property
    def artist_id(self) -> str: ...
    @property
    def artist_name(self) -> str: ...


def track_line(address: Address, track: Track, *, liked: Collection[str] | None, told: str = "") -> str:
    """The track with links to similar tracks and to its artist; `told` is HTML that says why it is listed."""
    near, artist = address.link("explore", track=track.track_id), address.link("explore", artist=track.artist_id)
    verdicts = "" if liked is None else verdict_buttons("track", track.track_id, track.track_name, liked)
    about = f'<p class="sg-plays">{told}</p>' if told else ""
    return (
        f'<li class="sg-track"><div><a class="sg-name" href="{near}" data-go>{name(track.track_name)}</a>'
        f'<p class="sg-by"><a href="{artist}" data-go>{name(track.artist_name)}</a></p>{about}</div>'
        f"{listen_links(track.artist_name, track.track_name)}{verdicts}</li>"
    )
