"""The page's pieces as HTML, from typed values."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from urllib.parse import quote

from ui.empty_states import note_on_missing, nothing_proposed
from ui.markup import name
from ui.records import Freshness, Listener, Reason, Recommendation, TopArtist, instant
from ui.strategies import EVERYTHING, STRATEGIES, filters, label, reason_in_words, strongest_first
from ui.view import ago, balanced, compact, counted, day, month, span

WORDMARK = '<h1 class="sg-mark"><a href="?">segue</a></h1>'
ARTISTS_AT_FIRST = 12
TAGS_SHOWN = 3

# One bar up to this many listeners, and one more for every tenfold; with two at most a track is little known.
FIRST_BAR = 1_000
BARS = 5
LITTLE_KNOWN = 2

# A stroke shorter than this cannot be seen, whatever the share of time it stands for.
SHORTEST_STROKE = 1.5


def masthead(freshness: Freshness, now: datetime) -> str:
    """The line under the wordmark that says how fresh everything is."""
    built = f'<time datetime="{freshness.published_at.isoformat()}" title="{day(freshness.published_at)}">'
    built += f"built {ago(freshness.published_at, now)}</time>"
    if freshness.stale is None:
        return f'<p class="sg-fresh" role="status">{built}</p>'
    return (
        f'<p class="sg-fresh sg-stale" role="status"><strong>Stale</strong> {built}.'
        f" {escape(freshness.stale)}."
        " Run <code>segue build</code> to publish again.</p>"
    )


def profile(listener: Listener) -> str:
    """Who this is: the name large, the history in one line."""
    since = f"since {month(listener.first_played_at)}"
    facts = (
        (f"{listener.play_count:,}", "play" if listener.play_count == 1 else "plays"),
        (span(listener.listening_span_days), since),
        (day(listener.last_played_at), "last play"),
        (f"{listener.half_life_days:,.0f} days", "for a play to fade"),
    )
    cells = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(value)}</dd></div>" for value, what in facts)
    return f'<section class="sg-profile"><h2 class="sg-unseen">{name(listener.username)}</h2><dl>{cells}</dl></section>'


def recommendation_list(
    recommendations: tuple[Recommendation, ...],
    listener: Listener,
    offered: Mapping[str, int],
    total: int,
    only: str | None = None,
) -> str:
    """The list with its heading: of all strategies that are `offered`, or of one; `total` there are without a limit."""
    if not recommendations:
        return f'<section class="sg-list">{_heading("")}{nothing_proposed(only, listener)}</section>'
    note = "" if only else note_on_missing(STRATEGIES.keys() - offered.keys(), listener)
    rows = "".join(card(each, number, listener) for number, each in enumerate(recommendations, start=1))
    shown = len(recommendations)
    many = f"{shown:,} of {total:,}" if shown < total else f"{total:,}"
    return f'<section class="sg-list">{_heading(many)}{note}<ol>{rows}</ol></section>'


def _heading(many: str) -> str:
    return f'<header><h3>Play next</h3><p class="sg-count">{many}</p></header>'


def card(recommendation: Recommendation, number: int, listener: Listener) -> str:
    """One recommendation: what it is, why, when it was heard, how known it is, where to hear it."""
    why = "".join(_why(reason) for reason in strongest_first(recommendation))
    album = f'<span class="sg-album">{name(recommendation.album_name)}</span>' if recommendation.album_name else ""
    beside = _thread(recommendation, listener) + _known_by(recommendation.listeners) + _tags(recommendation.tags)
    return (
        f'<li class="sg-card"><span class="sg-number" aria-hidden="true">{number}</span><div class="sg-what">'
        f'<h4>{name(recommendation.track_name)}</h4><p class="sg-by">{name(recommendation.artist_name, "sg-artist")}'
        f'{album}</p>{why}</div><div class="sg-beside">{beside}</div>{listen_links(recommendation)}</li>'
    )


def _why(reason: Reason) -> str:
    called, words = label(reason.strategy), reason_in_words(reason)
    # A strategy without words of its own has said all with its name.
    sentence = f" <span>{escape(balanced(words))}</span>" if words != called else ""
    badge = f'<span class="sg-badge {_hue(reason.strategy)}">{escape(balanced(called))}</span>'
    return f'<p class="sg-why">{badge}{sentence}</p>'


def _hue(strategy: str) -> str:
    """The class that colors what is this strategy's; none for one that this version does not know."""
    return f"sg-is-{strategy}" if strategy in STRATEGIES else ""


def _known_by(listeners: int | None) -> str:
    """How many have heard the track: bars for the tenfolds, and words."""
    if not listeners:
        return ""
    bars = next(bar for bar in range(1, BARS + 1) if bar == BARS or listeners < FIRST_BAR * 10 ** (bar - 1))
    words = f"{'little known, ' if bars <= LITTLE_KNOWN else ''}heard by {compact(listeners)}"
    return (
        f'<p class="sg-known" title="{counted(listeners, "listener")}"><span class="sg-bars" aria-hidden="true">'
        f"{'<i></i>' * bars}{'<u></u>' * (BARS - bars)}</span>{words}</p>"
    )


def _tags(tags: tuple[str, ...]) -> str:
    items = "".join(f"<li>{name(tag)}</li>" for tag in tags[:TAGS_SHOWN])
    return f'<ul class="sg-tags" aria-label="Tags">{items}</ul>' if items else ""


def _thread(recommendation: Recommendation, listener: Listener) -> str:
    """When the track was heard within the listener's history: a stroke from first to last play, then silence."""
    heard = _heard(recommendation)
    if heard is None:
        return ""
    first, last = heard
    start, end = _share(first, listener), _share(last, listener)
    start = min(start, 100 - SHORTEST_STROKE)
    return (
        f'<div class="sg-thread"><div class="sg-line" aria-hidden="true" style="--from:{start:.1f}%;'
        f'--to:{max(end, start + SHORTEST_STROKE):.1f}%"></div><p><span>first {first:%b %Y}</span>'
        f"<span>last {last:%b %Y}</span></p></div>"
    )


def _heard(recommendation: Recommendation) -> tuple[datetime, datetime] | None:
    """The first and the last play, if a reason tells both."""
    for reason in recommendation.reasons:
        try:
            return instant(reason.facts["first_played_at"]), instant(reason.facts["last_played_at"])
        except (KeyError, TypeError, ValueError):
            continue
    return None


def _share(moment: datetime, listener: Listener) -> float:
    """Where a moment lies between the listener's first play and now, in percent."""
    whole = (listener.as_of - listener.first_played_at).total_seconds()
    part = (moment - listener.first_played_at).total_seconds()
    return min(100.0, max(0.0, 100 * part / whole)) if whole > 0 else 0.0


def listen_links(recommendation: Recommendation) -> str:
    """Searches for the track where it can be heard or read about."""
    artist, track = recommendation.artist_name, recommendation.track_name
    both = quote(f"{artist} {track}", safe="")
    places = (
        ("Last.fm", f"https://www.last.fm/search/tracks?q={both}"),
        ("YouTube", f"https://www.youtube.com/results?search_query={both}"),
        ("Spotify", f"https://open.spotify.com/search/{both}"),
        ("MusicBrainz", f"https://musicbrainz.org/search?type=recording&query={both}"),
    )
    about = escape(balanced(f"{track} by {artist}"))
    links = "".join(
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer" aria-label="{about} on {place}">{place}</a>'
        for place, url in places
    )
    return f'<nav class="sg-links" aria-label="Listen">{links}</nav>'


def top_artist_list(listener: Listener, now: datetime) -> str:
    """The listener's artists by recency, with a bar for how present each is."""
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


def first_sight(
    masthead_line: str, listener: Listener, offered: Mapping[str, int], recommendations: str, artists: str
) -> str:
    """The page before it can be used: the same pieces at the same places, without controls."""
    return (
        '<div id="sg-first" class="gradio-container"><div class="main fillable"><main class="contain">'
        f'<div class="row sg-at-top">{WORDMARK}{masthead_line}</div>'
        f'<div class="row sg-at-hero"><p class="sg-at-name">{name(listener.username)}</p>'
        f'<div class="sg-at-who">{profile(listener)}</div></div>'
        f'<div class="row sg-at-body"><div class="sg-at-main">{_filters_to_come(offered)}{recommendations}</div>'
        f'<div class="sg-at-most">{artists}</div></div></main></div></div>'
    )


def _filters_to_come(offered: Mapping[str, int]) -> str:
    """What stands where the filters will, so that nothing moves when they come."""
    labels = "".join(
        f'<label class="{"selected" if value == EVERYTHING else _hue(value)}"> <span>{escape(said)}</span></label>'
        for said, value in filters(offered)
    )
    return (
        '<div class="sg-at-controls" aria-hidden="true"><div class="form"><fieldset class="sg-at-strategy">'
        f'<div class="wrap">{labels}</div></fieldset></div></div>'
    )
