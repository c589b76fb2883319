"""The page's pieces as HTML, from typed values. Every name is escaped and isolated here and nowhere else."""

from datetime import datetime
from html import escape
from urllib.parse import quote

from ui.records import Freshness, Listener, Reason, Recommendation, TopArtist
from ui.view import ago, balanced, counted, day, label, month, reason_in_words, span

WORDMARK = '<h1 class="sg-mark"><a href="?">segue</a></h1>'
ARTISTS_AT_FIRST = 12

# A stroke shorter than this cannot be seen, whatever the share of time it stands for.
SHORTEST_STROKE = 1.5


def name(text: str, css_class: str = "") -> str:
    """A name as text: nothing in it is markup, and its writing direction ends with it."""
    attribute = f' class="{css_class}"' if css_class else ""
    return f'<bdi dir="auto"{attribute}>{escape(balanced(text))}</bdi>'


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


def recommendation_list(recommendations: tuple[Recommendation, ...], total: int, listener: Listener) -> str:
    """The list with its heading; `total` is how many there would be without a limit."""
    if not recommendations:
        return f'<section class="sg-list">{_heading(0, 0)}{_no_recommendations(listener)}</section>'
    rows = "".join(card(each, number, listener) for number, each in enumerate(recommendations, start=1))
    return f'<section class="sg-list">{_heading(len(recommendations), total)}<ol>{rows}</ol></section>'


def _heading(shown: int, total: int) -> str:
    many = f"{shown:,} of {total:,}" if shown < total else f"{total:,}"
    return f'<header><h3>Play next</h3><p class="sg-count">{many}</p></header>'


def _no_recommendations(listener: Listener) -> str:
    return (
        '<div class="sg-none"><p>Nothing to bring back yet.</p>'
        "<p>A track returns here after 3 plays or more and a silence"
        f" of {span(listener.half_life_days * 0.7)} or so. Keep listening, then run <code>segue sync</code>.</p></div>"
    )


def card(recommendation: Recommendation, number: int, listener: Listener) -> str:
    """One recommendation: what it is, why, when it was heard, where to hear it."""
    why = "".join(_why(reason) for reason in recommendation.reasons)
    album = f'<span class="sg-album">{name(recommendation.album_name)}</span>' if recommendation.album_name else ""
    return (
        f'<li class="sg-card"><span class="sg-number" aria-hidden="true">{number}</span><div class="sg-what">'
        f'<h4>{name(recommendation.track_name)}</h4><p class="sg-by">{name(recommendation.artist_name, "sg-artist")}'
        f"{album}</p>{why}</div>{_thread(recommendation, listener)}{listen_links(recommendation)}</li>"
    )


def _why(reason: Reason) -> str:
    called, words = label(reason.strategy), reason_in_words(reason)
    # A strategy without words of its own has said all with its name.
    sentence = f" <span>{escape(balanced(words))}</span>" if words != called else ""
    return f'<p class="sg-why"><span class="sg-badge">{escape(balanced(called))}</span>{sentence}</p>'


def _thread(recommendation: Recommendation, listener: Listener) -> str:
    """When the track was heard within the listener's history: a stroke from first to last play, then silence."""
    heard = [reason.facts for reason in recommendation.reasons if "last_played_at" in reason.facts]
    if not heard or "first_played_at" not in heard[0]:
        return '<div class="sg-thread"></div>'
    first, last = (datetime.fromisoformat(heard[0][each]) for each in ("first_played_at", "last_played_at"))
    start, end = _share(first, listener), _share(last, listener)
    start = min(start, 100 - SHORTEST_STROKE)
    return (
        f'<div class="sg-thread"><div class="sg-line" aria-hidden="true" style="--from:{start:.1f}%;'
        f'--to:{max(end, start + SHORTEST_STROKE):.1f}%"></div><p><span>first {first:%b %Y}</span>'
        f"<span>last {last:%b %Y}</span></p></div>"
    )


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


def first_sight(masthead_line: str, listener: Listener, recommendations: str, artists: str) -> str:
    """The page before it can be used: the same pieces at the same places, without controls."""
    return (
        '<div id="sg-first" class="gradio-container"><div class="main fillable"><main class="contain">'
        f'<div class="row sg-at-top">{WORDMARK}{masthead_line}</div>'
        f'<div class="row sg-at-hero"><p class="sg-at-name">{name(listener.username)}</p>'
        f'<div class="sg-at-who">{profile(listener)}</div></div>'
        f'<div class="row sg-at-body"><div class="sg-at-main"><div class="sg-at-controls"></div>{recommendations}</div>'
        f'<div class="sg-at-most">{artists}</div></div></main></div></div>'
    )


def starting() -> str:
    """The masthead's line while nothing is served."""
    return '<p class="sg-fresh sg-waiting" role="status">waiting for the first list</p>'


def nothing_served(reason: str) -> str:
    """The empty state: what is missing, and the three ways to fill it."""
    ways = (
        ("segue demo", "six simulated listeners, no key, no account"),
        ("segue import FILE --listener NAME", "a history you have as a file"),
        ("segue sync NAME", "a history that Last.fm keeps"),
    )
    rows = "".join(f"<li><code>{escape(command)}</code><span>{what}</span></li>" for command, what in ways)
    return (
        '<section class="sg-empty"><h2>Nothing built yet</h2><p>The first list appears here by itself as soon as it is'
        f" built. If nothing is being built, start with one of these:</p><ul>{rows}</ul>"
        f'<p class="sg-detail">{escape(reason)}</p></section>'
    )


def unknown_listener(username: str, near: tuple[str, ...]) -> str:
    """No such listener: the name as typed, the nearest there are, how to add one."""
    suggestions = ", ".join(f'<a href="?listener={quote(each, safe="")}">{name(each)}</a>' for each in near)
    meant = f"<p>Did you mean {suggestions}?</p>" if near else ""
    return (
        f'<section class="sg-empty"><h2>No listener called {name(username)}</h2>{meant}'
        "<p>Add a history with <code>segue sync NAME</code> or"
        " <code>segue import FILE --listener NAME</code>.</p></section>"
    )
