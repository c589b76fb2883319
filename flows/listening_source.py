"""The services of plays for these settings; without a key, the embedded demo server takes Last.fm's place."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flows.accounts import Services
from flows.app_database import added_listeners
from flows.demo.anchor import anchor_of
from flows.demo.listeners import LISTENER_NAMES
from flows.demo.server import demo_server
from flows.demo.world import demo_world, today_utc
from flows.renamed import read_names
from flows.settings import Settings
from flows.sources.lastfm import LastFm
from flows.sources.listenbrainz import ListenBrainz
from flows.sources.pace import Pace
from flows.sources.play_source import PlaySource

# A server set by LASTFM_API_URL without a key, such as the demo server, accepts any key but requires one.
ANY_KEY = "none"
# ListenBrainz allows 30 calls in 10 seconds, and reports in every answer how many are left.
LISTENBRAINZ_CALLS_PER_SECOND = 3.0


class NoListeners(Exception):
    """There is no listener whose plays could be fetched."""


def listeners_of(settings: Settings, named: list[str] | None = None) -> tuple[str, ...]:
    """The listeners named, else those in the settings and those added in the app, else the demo's; lower-cased, once.

    Raises `NoListeners`, `BadDatabase`.
    """
    named_elsewhere = (*settings.listeners, *(() if named else added_listeners(settings)))
    names = named or named_elsewhere or (LISTENER_NAMES if settings.uses_demo_server else ())
    if not names:
        raise NoListeners("no listener given: set SEGUE_LISTENERS to account names, separated by commas")
    return tuple(dict.fromkeys(name.strip().lower() for name in names))


@contextmanager
def listening_source(settings: Settings) -> Iterator[LastFm]:
    """A thread-safe Last.fm client; the demo server, if needed, runs as long as the block."""
    if not settings.uses_demo_server:
        yield lastfm(settings)
        return
    today = today_utc()
    with demo_server(demo_world(anchor_of(settings.home, today))) as url:
        yield lastfm(replace(settings, lastfm_api_url=url, lastfm_calls_per_second=0.0))


def services(settings: Settings, lastfm: PlaySource) -> Services:
    """All services of plays as one: this Last.fm, and the settings' ListenBrainz."""
    token = settings.listenbrainz_token
    pace = Pace(settings.home / "run" / "pace", f"listenbrainz {token or ''}", LISTENBRAINZ_CALLS_PER_SECOND)
    bronze = settings.home / "bronze"
    listenbrainz = ListenBrainz(url=settings.listenbrainz_api_url, token=token, pace=pace, bronze=bronze)
    return Services(lastfm, listenbrainz, read_names(settings.home))


def lastfm(settings: Settings) -> LastFm:
    """The client for the settings' server, at their pace."""
    key = settings.lastfm_api_key or ANY_KEY
    pace = Pace(settings.home / "run" / "pace", key, settings.lastfm_calls_per_second)
    return LastFm(url=settings.lastfm_api_url, key=key, pace=pace, bronze=settings.home / "bronze")
