"""A track as one line of a list, wherever the page lists tracks that are no recommendations."""

from collections.abc import Collection

from ui.cards import listen_links, verdict_buttons
from ui.markup import name
from ui.pages.address import Address


def track_line(
    address: Address,
    *,
    track_id: str,
    track_name: str,
    artist_id: str,
    artist_name: str,
    liked: Collection[str] | None,
    told: str = "",
) -> str:
    """The track with ways to what is near it and to its artist; `told` is HTML that says why it stands here."""
    near, artist = address.link("explore", track=track_id), address.link("explore", artist=artist_id)
    verdicts = "" if liked is None else verdict_buttons("track", track_id, track_name, liked)
    about = f'<p class="sg-plays">{told}</p>' if told else ""
    return (
        f'<li class="sg-track"><div><a class="sg-name" href="{near}" data-go>{name(track_name)}</a>'
        f'<p class="sg-by"><a href="{artist}" data-go>{name(artist_name)}</a></p>{about}</div>'
        f"{listen_links(artist_name, track_name)}{verdicts}</li>"
    )
