"""What surrounds every view of the page: masthead, navigation, the listener and their top artists."""

from collections.abc import Mapping
from datetime import datetime
from html import escape

from ui.icons import icon
from ui.markup import name
from ui.pages.address import Address
from ui.records import Freshness, Listener, TopArtist
from ui.strategies import EVERYTHING, filters, hue
from ui.view import ago, counted, day, month, span

WORDMARK = '<h1 class="sg-mark"><a href="?">segue</a></h1>'
ARTISTS_AT_FIRST = 12
VIEWS = (
    ("next", "For you"),
    ("listening", "Listening"),
    ("explore", "Explore"),
    ("playlists", "Playlists"),
    ("pipeline", "Pipeline"),
    ("add", "Add"),
)


def navigation(address: Address) -> str:
    """The navigation between views, for one listener."""
    links = "".join(
        f'<a href="{Address(address.listener, view).link()}" data-go{_current(view == address.view)}>'
        f"{icon(view)}<span>{said}</span></a>"
        for view, said in VIEWS
    )
    return f'<nav class="sg-nav" aria-label="Views">{links}</nav>'


def _current(yes: bool) -> str:
    return ' aria-current="page"' if yes else ""


def masthead(freshness: Freshness, now: datetime, address: Address, facts: str = "") -> str:
    """The line that says how fresh the data is; `facts` says which facts are stale."""
    built = f'<time datetime="{freshness.published_at.isoformat()}" title="{day(freshness.published_at)}">'
    built += f"built {ago(freshness.published_at, now)}</time>"
    pipeline = Address(address.listener, "pipeline").link()
    told = f' <a class="sg-facts" href="{pipeline}" data-go>{escape(facts)}</a>' if facts else ""
    if freshness.stale is None:
        return f'<p class="sg-fresh" role="status">{built}{told}</p>'
    return (
        f'<p class="sg-fresh sg-stale" role="status"><strong>Stale</strong> {built}.'
        f" {escape(freshness.stale)}."
        f" Run <code>segue build</code> to publish again.{told}</p>"
    )


def profile(listener: Listener) -> str:
    """The listener's name, and their history in one line."""
    since = f"since {month(listener.first_played_at)}"
    facts = (
        (f"{listener.play_count:,}", "play" if listener.play_count == 1 else "plays"),
        (span(listener.listening_span_days), since),
        (day(listener.last_played_at), "last play"),
        (f"{listener.half_life_days:,.0f} days", "for a play to fade"),
    )
    cells = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(value)}</dd></div>" for value, what in facts)
    return f'<section class="sg-profile"><h2 class="sg-unseen">{name(listener.username)}</h2><dl>{cells}</dl></section>'


def top_artist_list(listener: Listener, now: datetime) -> str:
    """The listener's artists by recency, with a bar for each one's score."""
    artists = listener.top_artists
    most = max((each.recency_score for each in artists), default=0.0)
    first, rest = artists[:ARTISTS_AT_FIRST], artists[ARTISTS_AT_FIRST:]
    more = (
        f'<details><summary>{len(rest)} more</summary><ol start="{ARTISTS_AT_FIRST + 1}">'
        f"{''.join(_artist(each, most, now) for each in rest)}</ol></details>"
        if rest
        else ""
    )
    rows = "".join(_artist(each, most, now) for each in first)
    return (
        '<section class="sg-artists"><header><h3>Top artists</h3><p class="sg-count">by recency</p></header>'
        f"<ol>{rows}</ol>{more}</section>"
    )


def _artist(artist: TopArtist, most: float, now: datetime) -> str:
    width = 100 * artist.recency_score / most if most > 0 else 0.0
    return (
        f'<li style="--share:{width:.1f}%">{name(artist.artist_name)}<span class="sg-plays">'
        f"{counted(artist.play_count, 'play')}, {ago(artist.last_played_at, now)}</span></li>"
    )


def first_sight(masthead_line: str, address: Address, hero: str, body: str) -> str:
    """The page before Gradio has loaded: the same parts at the same places, without controls."""
    return (
        '<div id="sg-first" class="gradio-container"><div class="main fillable"><main class="contain">'
        f'<div class="row sg-at-top">{WORDMARK}{navigation(address)}{masthead_line}</div>'
        f"{hero}{body}</main></div></div>"
    )


def first_hero(listener: Listener) -> str:
    """The listener, at the place of the control for choosing one."""
    return (
        f'<div class="row sg-at-hero"><p class="sg-at-name">{name(listener.username)}</p>'
        f'<div class="sg-at-who">{profile(listener)}</div></div>'
    )


def first_view(shown: str) -> str:
    """A view other than the recommendations."""
    return f'<div class="sg-at-view">{shown}</div>'


def first_list(offered: Mapping[str, int], introduction: str, tuning: str, rows: str, artists: str) -> str:
    """The recommendations with the controls and lists around them."""
    return first_body(
        f"{introduction}{_filters_to_come(offered)}{tuning}{rows}", f'<div class="sg-at-most">{artists}</div>'
    )


def first_body(main: str, beside: str = "") -> str:
    """The body with the recommendations, or with what is shown in their place."""
    return f'<div class="row sg-at-body"><div class="sg-at-main">{main}</div>{beside}</div>'


def _filters_to_come(offered: Mapping[str, int]) -> str:
    """A placeholder for the filters, so that nothing moves when they appear."""
    labels = "".join(
        f'<label class="{"selected" if value == EVERYTHING else hue(value)}"> <span>{escape(said)}</span></label>'
        for said, value in filters(offered)
    )
    return (
        '<div class="sg-at-controls" aria-hidden="true"><div class="form"><fieldset class="sg-at-strategy">'
        f'<div class="wrap">{labels}</div></fieldset></div></div>'
    )
