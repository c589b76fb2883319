"""`segue playlist …`: exports recommendations or a saved playlist to a file or to ListenBrainz."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.app_database import app_database
from flows.histories import listener_name
from flows.listening_source import LISTENBRAINZ_CALLS_PER_SECOND as CALLS_PER_SECOND
from flows.settings import Settings, read_settings
from flows.sources.listenbrainz_playlists import ListenBrainzPlaylists
from flows.sources.pace import Pace
from flows.subcommands.options import Strategy
from flows.terminal import say
from ui.exports import Format, export
from ui.playlists import ListedTrack, Playlists, PlaylistSummary, UnknownPlaylist
from ui.store import Store
from ui.strategies import known
from ui.view import counted, plain

DEFAULT_TRACKS = 50
# How many of the tracks that cannot be written are named; the rest is only counted.
NAMED = 20
app = typer.Typer(no_args_is_help=True, help="Export recommendations and playlists to files or to ListenBrainz.")


class Target(StrEnum):
    """What a list may be exported to: a file format, or a service."""

    M3U8 = Format.M3U8.value
    XSPF = Format.XSPF.value
    JSPF = Format.JSPF.value
    CSV = Format.CSV.value
    JSON = Format.JSON.value
    LISTENBRAINZ = "listenbrainz"


class NothingToWrite(Exception):
    """No track can be written; the message says why."""


@dataclass(frozen=True)
class TakenAlong:
    """A list of tracks to export, with its title."""

    title: str
    tracks: Sequence[ListedTrack]


@app.command("list")
def list_playlists(listener: str) -> None:
    """Show the playlists that a listener saved on the page."""
    name = listener_name(listener)
    kept = _kept(read_settings(), name)
    for one in kept:
        say(f"{one.playlist_id}  {plain(one.name)}, {counted(one.track_count, 'track')}")
    if not kept:
        say(f"{plain(name)} has no saved playlists")


@app.command("export")
def export_playlist(
    listener: str,
    *,
    to: Annotated[Target, typer.Option(help="File format, or listenbrainz.")] = Target.M3U8,
    playlist: Annotated[str, typer.Option(help="A saved playlist, by name or id. Default: the recommendations.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Number of recommendations.")] = DEFAULT_TRACKS,
    strategy: Strategy = None,
    output: Annotated[Path | None, typer.Option(help="Write to this file. Default: standard output.")] = None,
    public: Annotated[bool, typer.Option("--public", help="Make it public on ListenBrainz.")] = False,
) -> None:
    """Export a listener's recommendations, or one of their playlists."""
    settings, name = read_settings(), listener_name(listener)
    store = Store(settings.home / "served")
    only = None if strategy is None else known(strategy)
    taken = _saved(settings, name, playlist) if playlist else _recommended(store, name, limit, only)
    if to is Target.LISTENBRAINZ:
        _write(settings, store, taken, public=public)
        return
    content = export(Format(to.value), taken.title, taken.tracks).content
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        say(f"{counted(len(taken.tracks), 'track')} written to {output}")


def _recommended(store: Store, name: str, limit: int, only: str | None) -> TakenAlong:
    rows = store.recommendations(name, limit, strategy=only)
    tracks = [ListedTrack(one.track_id, one.track_name, one.artist_name, one.album_name) for one in rows]
    return TakenAlong(f"Recommended for {name}", tracks)


def _saved(settings: Settings, name: str, wanted: str) -> TakenAlong:
    """The listener's playlist of this id, or else of this name; raises `UnknownPlaylist`."""
    for one in _kept(settings, name):
        if wanted in (one.playlist_id, one.name):
            with app_database(settings) as database:
                if database is not None:
                    found = Playlists(database).get(name, one.playlist_id)
                    return TakenAlong(found.name, found.tracks)
    raise UnknownPlaylist(wanted)


def _kept(settings: Settings, name: str) -> Sequence[PlaylistSummary]:
    with app_database(settings) as database:
        return () if database is None else Playlists(database).of(name)


def _write(settings: Settings, store: Store, taken: TakenAlong, *, public: bool) -> None:
    """Write the tracks that have a MusicBrainz id to ListenBrainz; list the others."""
    known_there = store.recordings([track.track_id for track in taken.tracks])
    recordings = [known_there[track.track_id] for track in taken.tracks if track.track_id in known_there]
    left_out = [track for track in taken.tracks if track.track_id not in known_there]
    if not recordings:
        tracks = counted(len(taken.tracks), "track")
        raise NothingToWrite(f"none of the {tracks} has the MusicBrainz id that ListenBrainz needs: use --to jspf")
    pace = Pace(settings.home / "run" / "pace", f"listenbrainz {settings.listenbrainz_token or ''}", CALLS_PER_SECOND)
    service = ListenBrainzPlaylists(url=settings.listenbrainz_api_url, token=settings.listenbrainz_token, pace=pace)
    made = service.create(taken.title, recordings, public=public)
    seen = "everyone" if public else "you only"
    say(f"{counted(len(recordings), 'track')} written, visible to {seen}: https://listenbrainz.org/playlist/{made}")
    _say_left_out(left_out)


def _say_left_out(tracks: Sequence[ListedTrack]) -> None:
    if tracks:
        say(f"{counted(len(tracks), 'track')} left out (no MusicBrainz id):")
    for track in tracks[:NAMED]:
        say(f"  {plain(track.track_name)} by {plain(track.artist_name)}")
    if len(tracks) > NAMED:
        say(f"  and {len(tracks) - NAMED:,} more")
