"""A listener's recommendations as HTML, from typed values."""

from collections.abc import Collection, Mapping
from datetime import datetime
from html import escape
from urllib.parse import urlencode

from ui.empty_states import note_on_missing, nothing_left, nothing_proposed
from ui.icons import icon
from ui.links import links
from ui.markup import name
from ui.records import Listener, Reason, Recommendation, instant
from ui.strategies import STRATEGIES, hue, label, reason_in_words, strongest_first
from ui.view import balanced, compact, counted

TAGS_SHOWN = 3

# One bar up to this many listeners, and one more for each factor of ten; up to two bars, a track is little known.
FIRST_BAR = 1_000
BARS = 5
LITTLE_KNOWN = 2

# The shortest visible stroke, in percent, whatever share of time it stands for.
SHORTEST_STROKE = 1.5

VERDICTS = (("like", "Like"), ("not_now", "Not now"), ("never", "Never"))


def recommendation_list(
    recommendations: tuple[Recommendation, ...],
    listener: Listener,
    offered: Mapping[str, int],
    total: int,
    only: str | None = None,
    *,
    liked: Collection[str] | None = None,
    bent: bool = False,
    videos: bool = False,
) -> str:
    """The list with its heading, of all strategies that are `offered` or of one; `total` counts all, without limit.

    `liked` are the ids of liked tracks; if it is None, the visitor may not give feedback, and there are no buttons.
    `bent`: the listener tuned the list away from how it was published; `videos`: links lead to the video itself.
    """
    if not recommendations:
        nothing = nothing_left() if bent else nothing_proposed(only, listener)
        return f'<section class="sg-list">{_heading("")}{nothing}</section>'
    note = "" if only else note_on_missing(STRATEGIES.keys() - offered.keys(), listener)
    rows = "".join(
        card(each, number, listener, liked, videos=videos) for number, each in enumerate(recommendations, start=1)
    )
    shown = len(recommendations)
    many = f"{shown:,} of {total:,}" if shown < total else f"{total:,}"
    return f'<section class="sg-list">{_heading(many, liked)}{note}<ol>{rows}</ol></section>'


def _heading(many: str, liked: Collection[str] | None = None) -> str:
    keep = f'<button type="button" data-do="keep" class="sg-quiet">{icon("keep")}Save as playlist</button>'
    export = f'<button type="button" data-do="export" class="sg-quiet">{icon("export")}Export</button>'
    deeds = "" if not many else f'<p class="sg-deeds">{"" if liked is None else keep}{export}</p>'
    return f'<header><h3>Play next</h3><p class="sg-count">{many}</p>{deeds}</header>'


def card(
    recommendation: Recommendation,
    number: int,
    listener: Listener,
    liked: Collection[str] | None = None,
    *,
    videos: bool = False,
) -> str:
    """One recommendation: track, reasons, when it was heard, how well known it is, links and feedback buttons."""
    why = "".join(_why(reason) for reason in strongest_first(recommendation))
    album = f'<span class="sg-album">{name(recommendation.album_name)}</span>' if recommendation.album_name else ""
    beside = thread(recommendation, listener) + _known_by(recommendation.listeners) + _tags(recommendation.tags)
    said = "" if liked is None else verdict_buttons("track", recommendation.track_id, recommendation.track_name, liked)
    return (
        f'<li class="sg-card"><span class="sg-number" aria-hidden="true">{number}</span><div class="sg-what">'
        f'<h4>{name(recommendation.track_name)}</h4><p class="sg-by">{name(recommendation.artist_name, "sg-artist")}'
        f'{album}</p>{why}</div><div class="sg-beside">{beside}</div>'
        f'<div class="sg-foot">{said}{_links(recommendation, videos=videos)}</div></li>'
    )


def verdict_buttons(kind: str, identity: str, called: str, liked: Collection[str]) -> str:
    """The feedback buttons for a track or an artist."""
    about = escape(balanced(called))
    buttons = "".join(
        f'<button type="button" data-do="{verdict}" data-kind="{kind}" data-id="{escape(identity)}"'
        f'{_pressed(identity in liked) if verdict == "like" else ""} aria-label="{said}: {about}" title="{said}">'
        f"{icon(verdict)}<span>{said}</span></button>"
        for verdict, said in VERDICTS
    )
    return f'<div class="sg-verdicts" role="group" aria-label="What you think of {about}">{buttons}</div>'


def _pressed(yes: bool) -> str:
    return f' aria-pressed="{"true" if yes else "false"}"'


def _why(reason: Reason) -> str:
    called, words = label(reason.strategy), reason_in_words(reason)
    # If the words are only the strategy's name, the badge says it already.
    sentence = f" <span>{escape(balanced(words))}</span>" if words != called else ""
    badge = f'<span class="sg-badge {hue(reason.strategy)}">{escape(balanced(called))}</span>'
    return f'<p class="sg-why">{badge}{sentence}</p>'


def _known_by(listeners: int | None) -> str:
    """How many have heard the track: bars on a log10 scale, and words."""
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


def thread(recommendation: Recommendation, listener: Listener) -> str:
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
    """The first and the last play, if a reason has both."""
    for reason in recommendation.reasons:
        try:
            return instant(reason.facts["first_played_at"]), instant(reason.facts["last_played_at"])
        except (KeyError, TypeError, ValueError):
            continue
    return None


def _share(moment: datetime, listener: Listener) -> float:
    """A moment's position between the listener's first play and `as_of`, in percent."""
    whole = (listener.as_of - listener.first_played_at).total_seconds()
    part = (moment - listener.first_played_at).total_seconds()
    return min(100.0, max(0.0, 100 * part / whole)) if whole > 0 else 0.0


def _links(recommendation: Recommendation, *, videos: bool) -> str:
    # The video is looked up only when the link is followed: a search costs a hundredth of YouTube's daily quota.
    video = "/hear?" + urlencode({"track": recommendation.track_id}, errors="replace") if videos else None
    return listen_links(recommendation.artist_name, recommendation.track_name, video)


def listen_links(artist: str, track: str, video: str | None = None) -> str:
    """Where the track can be heard or read about; `video` is a better address than YouTube's search."""
    found = links(artist, track)
    places = (
        ("YouTube", video or found.youtube),
        ("Spotify", found.spotify),
        ("Last.fm", found.lastfm),
        ("MusicBrainz", found.musicbrainz),
    )
    about = escape(balanced(f"{track} by {artist}"))
    listed = "".join(
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer" aria-label="{about} on {place}">{place}</a>'
        for place, url in places
    )
    return f'<nav class="sg-links" aria-label="Listen">{listed}</nav>'
