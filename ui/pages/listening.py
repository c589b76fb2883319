"""The view Listening: plays over time and by hour, tops by plays and by recency, decay, forgotten favorites."""

import math
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import get_args

from ui import charts
from ui.cards import thread
from ui.listening import Decay, HourPlayed, MonthPlayed, Period, PlayedArtist, PlayedTrack, in_zone
from ui.lists import Wanted
from ui.markup import name, sentence
from ui.pages import alike
from ui.pages.address import Address
from ui.pages.look import Look
from ui.records import Listener, Recommendation, recommendation
from ui.strategies import reason_in_words
from ui.view import balanced, counted, span

ROWS = 10
FORGOTTEN = 8
PERIODS = {"week": "7 days", "month": "30 days", "quarter": "3 months", "year": "Year", "all": "All time"}
# The curve's range in e-folding times: older plays count for less than 5 %.
REACH = 3
NO_PLAYS = "No plays in this period: only the order by recency is shown"
NOT_YET = "Not in this version yet: run `segue build` to publish again."


def shown(look: Look) -> str:
    """The view. Raises `UnknownListener`."""
    store, username = look.store, look.username
    listener = store.listener(username)
    asked = look.address.asked.get("period", "year")
    period: Period = next((each for each in get_args(Period) if each == asked), "year")
    artists = store.top_artists(username, period), store.top_artists(username, order="recency")
    tracks = store.top_tracks(username, period), store.top_tracks(username, order="recency")
    forgotten = store.picked(username, Wanted(FORGOTTEN, strategies=("old_favorite",))).rows
    hours = in_zone(store.hours(username), look.zone, look.now)
    return (
        f'<div class="sg-panels">{_over_time(store.months(username))}{_by_hour(hours, look.zone)}'
        f"{_fading(store.decay(username))}</div>{_periods(look.address, period)}"
        f'<div class="sg-panels">{_artists(*artists, period)}{_tracks(*tracks, period)}</div>'
        f"{_forgotten([recommendation(row) for row in forgotten], listener)}{alike.panel(look)}"
    )


def _panel(title: str, about: str, body: str, css_class: str = "") -> str:
    return f'<section class="sg-panel {css_class}"><header><h3>{title}</h3><p>{about}</p></header>{body}</section>'


def _over_time(months: Sequence[MonthPlayed]) -> str:
    if not months:
        return _panel("Plays over time", sentence(NOT_YET), "", "sg-wide")
    named = [datetime.fromisoformat(f"{each.month}-01") for each in months]
    drawn = [
        charts.Bar(f"{month:%B %Y}: {counted(each.play_count, 'play')}", each.play_count)
        for month, each in zip(named, months, strict=True)
    ]
    most = max(range(len(months)), key=lambda index: months[index].play_count)
    about = f"Most in {named[most]:%B %Y}, with {counted(months[most].play_count, 'play')}"
    labels = {index: f"{named[index]:%b %y}" for index in charts.spread(len(months))}
    said = f"Plays by month from {named[0]:%B %Y} to {named[-1]:%B %Y}. {about}."
    return _panel("Plays over time", about, charts.bars(said, drawn, labels), "sg-wide")


def _by_hour(hours: Sequence[HourPlayed], zone: tzinfo) -> str:
    if not hours:
        return _panel("Hours of the week", sentence(NOT_YET), "")
    most = max(hours, key=lambda each: each.play_count)
    about = f"Most on {_weekday(most.weekday)} from {most.hour:02}:00, in {zone}"
    plays = {(each.weekday, each.hour): each.play_count for each in hours}
    return _panel("Hours of the week", about, charts.week(f"Plays by weekday and hour. {about}.", plays))


def _weekday(number: int) -> str:
    return f"{('Mon', 'Tues', 'Wednes', 'Thurs', 'Fri', 'Satur', 'Sun')[number]}days"


def _fading(decay: Decay) -> str:
    days = decay.half_life_days * REACH

    def height(where: float) -> float:
        return math.exp(-where * REACH)

    marks = [
        (decay.half_gone_days / days, span(decay.half_gone_days), "counts half"),
        (1 / REACH, span(decay.half_life_days), "37 %"),
        (2 / REACH, span(2 * decay.half_life_days), "14 %"),
    ]
    about = f"After {span(decay.half_gone_days)} a play counts for half as much"
    body = charts.curve(f"What a play counts for as it ages. {about}.", height, marks[:1] + marks[2:])
    return _panel("How your past fades", about, body)


def _periods(address: Address, period: Period) -> str:
    links = "".join(
        f'<a href="{address.link(period=each)}" data-go="stay"{" aria-current=true" if each == period else ""}>'
        f"{said}</a>"
        for each, said in PERIODS.items()
    )
    return f'<nav class="sg-segments sg-periods" aria-label="Period">{links}</nav>'


def _artists(by_plays: Sequence[PlayedArtist], by_recency: Sequence[PlayedArtist], period: Period) -> str:
    places = {each.artist_id: each.place - 1 for each in by_recency}
    plays = {each.artist_id: each.place - 1 for each in by_plays}
    every = {each.artist_id: each for each in (*by_recency[:ROWS], *by_plays[:ROWS])}
    placed = [
        charts.Placed(each.artist_name, counted(each.play_count, "play"), plays.get(key), places.get(key))
        for key, each in every.items()
    ]
    return _against("Top artists", placed, period)


def _tracks(by_plays: Sequence[PlayedTrack], by_recency: Sequence[PlayedTrack], period: Period) -> str:
    places = {each.track_id: each.place - 1 for each in by_recency}
    plays = {each.track_id: each.place - 1 for each in by_plays}
    every = {each.track_id: each for each in (*by_recency[:ROWS], *by_plays[:ROWS])}
    placed = [
        charts.Placed(each.track_name, balanced(each.artist_name), plays.get(key), places.get(key))
        for key, each in every.items()
    ]
    return _against("Top tracks", placed, period)


def _against(title: str, placed: Sequence[charts.Placed], period: Period) -> str:
    if not placed:
        return _panel(title, sentence(NOT_YET), "")
    played = any(each.first is not None for each in placed)
    about = "By plays and by recency: what rises is what you play now" if played else NO_PLAYS
    return _panel(title, about, charts.orders(f"Plays, {PERIODS[period].lower()}", "Recency", placed, ROWS))


def _forgotten(rows: Sequence[Recommendation], listener: Listener) -> str:
    if not rows:
        return _panel("Forgotten favorites", "Nothing that you loved has gone quiet.", "")
    items = "".join(
        f"<li><p>{name(each.track_name)}<span class='sg-plays'>{name(each.artist_name)}</span></p>"
        f"<p class='sg-plays'>{_told(each)}</p>{thread(each, listener)}</li>"
        for each in rows
    )
    about = "Once played often, but not for a while"
    return _panel("Forgotten favorites", about, f'<ol class="sg-forgotten">{items}</ol>')


def _told(row: Recommendation) -> str:
    return next((reason_in_words(each) for each in row.reasons if each.strategy == "old_favorite"), "")
